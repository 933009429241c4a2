using System.Globalization;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>One line of an export.</summary>
internal sealed record ExportEntry(long Index, byte[] Leaf, JsonElement Content, string? Payload, byte[]? Salt)
{
    internal DateTimeOffset? At => Text("at") is { } at && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    internal string? Text(string name) => Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal int Number(string name) => Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;

    internal IReadOnlyList<string> Texts(string name) =>
        Content.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)] : [];

    /// <summary>A member of the payload; null when it is erased or has no such member.</summary>
    internal JsonElement? Beside(string name)
    {
        if (Payload is null) return null;
        using var document = JsonDocument.Parse(Payload);
        return document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.Clone() : null;
    }

    internal static ExportEntry Of(long index, byte[] leaf, string? payload, byte[]? salt)
    {
        using var content = JsonDocument.Parse(leaf);
        return content.RootElement.ValueKind == JsonValueKind.Object ? new ExportEntry(index, leaf, content.RootElement.Clone(), payload, salt) : throw new FormatException($"Entry {index} is no JSON object.");
    }

    internal static List<ExportEntry> ReadAll(string file, List<string> faults)
    {
        var entries = new List<ExportEntry>();
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.GetProperty("index").GetInt64() is var index && index != entries.Count) faults.Add($"Line {entries.Count + 1} says that it is entry {index}.");
            entries.Add(Of(entries.Count, Convert.FromBase64String(root.GetProperty("leaf").GetString()!),
                root.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.String ? payload.GetString() : null,
                root.TryGetProperty("salt", out var salt) && salt.ValueKind == JsonValueKind.String ? Convert.FromBase64String(salt.GetString()!) : null));
        }

        return entries;
    }
}
