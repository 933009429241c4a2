using System.Text.Json;

namespace Sallyport.Connectors.Approvals;

/// <summary>A diff, arguments or facts as lines <c>path: before → after</c>, for places that cannot show the console's page.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="IsComplete">Whether everything is in them. Where not, an answer must be given at the console.</param>
public sealed record ChangeLines(IReadOnlyList<string> Lines, bool IsComplete)
{
    private const int MostLines = 30;
    private const int LongestValue = 160;

    /// <summary>The lines as they are shown, with a word about what is missing.</summary>
    public IReadOnlyList<string> Shown =>
        Lines.Count == 0 ? ["nothing is known to change"] : IsComplete ? Lines : [.. Lines, "… more than fits here: open it in the console"];

    /// <summary>The lines of a diff with <c>before</c> and <c>after</c>; members that stay the same are left out.</summary>
    public static ChangeLines OfDiff(JsonElement? diff)
    {
        if (diff is not { ValueKind: JsonValueKind.Object } json) return new ChangeLines([], true);
        if (!json.TryGetProperty("before", out var before) || !json.TryGetProperty("after", out var after)) return OfValues(json);
        var (old, now) = (Flat(before), Flat(after));
        return Make(old.Keys.Union(now.Keys).Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
            .Select(path => (path, (string?)(old.GetValueOrDefault(path) ?? "none"), now.GetValueOrDefault(path) ?? "none")));
    }

    /// <summary>The lines of an object.</summary>
    public static ChangeLines OfValues(JsonElement json) => Make(Flat(json).Select(value => (value.Key, (string?)null, value.Value)));

    private static ChangeLines Make(IEnumerable<(string Path, string? Before, string After)> changes)
    {
        var lines = new List<string>();
        var complete = true;
        foreach (var (path, before, after) in changes)
        {
            if (lines.Count == MostLines) return new ChangeLines(lines, false);
            complete &= path.Length <= LongestValue && (before?.Length ?? 0) <= LongestValue && after.Length <= LongestValue;
            lines.Add($"{PlainText.Of(path, LongestValue)}: {(before is null ? "" : PlainText.Of(before, LongestValue + 1) + " → ")}{PlainText.Of(after, LongestValue + 1)}");
        }

        return new ChangeLines(lines, complete);
    }

    private static SortedDictionary<string, string> Flat(JsonElement json)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(json, "", values);
        return values;
    }

    private static void Add(JsonElement json, string path, SortedDictionary<string, string> values)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when json.EnumerateObject().Any():
                foreach (var member in json.EnumerateObject()) Add(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", values);
                return;
            case JsonValueKind.Array when json.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in json.EnumerateArray()) Add(item, $"{path}[{index++}]", values);
                return;
            default:
                values[path.Length == 0 ? "value" : path] = json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
                return;
        }
    }
}
