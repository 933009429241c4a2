using System.Collections.Concurrent;
using System.Text.Json;

namespace Sallyport.Contracts.Wire;

/// <summary>The wire spelling of an enum member: <c>MoneyMovement</c> is <c>money_movement</c>.</summary>
public static class WireName
{
    private static readonly ConcurrentDictionary<Enum, string> Names = new();

    /// <summary>Spells a member.</summary>
    public static string Of<T>(T member) where T : struct, Enum =>
        Names.GetOrAdd(member, static value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    /// <summary>Reads a member; false when the text is no member's spelling.</summary>
    public static bool TryParse<T>(string text, out T member) where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (Of(candidate) != text) continue;
            member = candidate;
            return true;
        }

        member = default;
        return false;
    }

    /// <summary>Reads a member that this program wrote itself.</summary>
    /// <exception cref="FormatException">The text is no member's spelling.</exception>
    public static T Parse<T>(string text) where T : struct, Enum =>
        TryParse<T>(text, out var member) ? member : throw new FormatException($"\"{text}\" is not a {typeof(T).Name}.");
}
