using System.Text.Json;
using Sallyport.Contracts.Money;

namespace Sallyport.Console;

/// <summary>One value before and after.</summary>
/// <param name="Label">The value's name, with those of the objects around it.</param>
/// <param name="Before">As shown before; null where there was none.</param>
/// <param name="After">As shown after; null where there will be none.</param>
/// <param name="Delta">The difference, where both are numbers.</param>
public sealed record DiffRow(string Label, string? Before, string? After, string? Delta)
{
    /// <summary>Whether the two differ.</summary>
    public bool IsChanged => Before != After;
}

/// <summary>Rows of a diff or of any other JSON: objects are opened, so that every single value stands in a row of its own.</summary>
public static class DiffRows
{
    private sealed record Leaf(string Label, string Shown, decimal? Number, string? Currency);

    /// <summary>The rows of <c>{before, after}</c>, what changes first.</summary>
    public static IReadOnlyList<DiffRow> Of(JsonElement? diff)
    {
        var (before, after) = (Open(Part(diff, "before")), Open(Part(diff, "after")));
        var rows = new List<DiffRow>();
        foreach (var path in before.Keys.Concat(after.Keys).Distinct(StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(path), after.GetValueOrDefault(path));
            rows.Add(new DiffRow((now ?? old)!.Label, old?.Shown, now?.Shown, Delta(old, now)));
        }

        return [.. rows.OrderByDescending(row => row.IsChanged)];
    }

    /// <summary>The values of an object by label.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Values(JsonElement json) => [.. Open(json).Values.Select(leaf => KeyValuePair.Create(leaf.Label, leaf.Shown))];

    private static Dictionary<string, Leaf> Open(JsonElement? json)
    {
        var leaves = new Dictionary<string, Leaf>(StringComparer.Ordinal);
        if (json is { } value) Walk(value, "", "", leaves);
        return leaves;
    }

    private static void Walk(JsonElement json, string path, string label, Dictionary<string, Leaf> leaves)
    {
        foreach (var member in Display.Members(json))
        {
            var (here, name) = ($"{path}/{member.Name}", label.Length == 0 ? Display.Label(member.Name) : $"{label} › {Display.Label(member.Name)}");
            if (member.Value.ValueKind == JsonValueKind.Object && member.Value.EnumerateObject().Any()) Walk(member.Value, here, name, leaves);
            else
            {
                var currency = Display.Money(member.Name, member.Value, json) is null ? null : json.GetProperty(Display.CurrencyOf(member.Name)).GetString();
                leaves[here] = new Leaf(name, Display.Value(member.Name, member.Value, json),
                    member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDecimal(out var number) ? number : null, currency);
            }
        }
    }

    private static string? Delta(Leaf? before, Leaf? after)
    {
        if (before?.Number is not { } old || after?.Number is not { } now || old == now || before.Currency != after.Currency) return null;
        var difference = now - old;
        var size = Math.Abs(difference);
        var shown = after.Currency is { } currency && size <= long.MaxValue ? Iso4217.Format((long)size, currency)! : size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return (difference < 0 ? "−" : "+") + shown;
    }

    private static JsonElement? Part(JsonElement? diff, string name) => diff is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var part) ? part : null;
}
