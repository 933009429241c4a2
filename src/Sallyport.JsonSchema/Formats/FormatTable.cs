using System.Collections.Frozen;

namespace Sallyport.JsonSchema.Formats;

/// <summary>Whether a text has a format.</summary>
internal delegate bool FormatCheck(ReadOnlySpan<char> text);

/// <summary>The formats of validation §7.3.</summary>
internal static class FormatTable
{
    private static readonly FrozenDictionary<string, FormatCheck> Checks = new Dictionary<string, FormatCheck>(StringComparer.Ordinal)
    {
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all formats.</summary>
    public static IEnumerable<string> Names => Checks.Keys.Order(StringComparer.Ordinal);

    /// <summary>The check of a format, or <c>null</c> for one that nobody defined: such a format is an annotation only (§7.2.3).</summary>
    public static FormatCheck? Find(string name) => Checks.GetValueOrDefault(name);
}
