using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>One line of an export.</summary>
internal sealed record ExportEntry(long Index, byte[] Leaf, JsonElement Content, string? Payload, byte[]? Salt)
{
    internal string? Text(string name) => Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal int Number(string name) => Content.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;

    internal static List<ExportEntry> ReadAll(string file, List<string> faults)
    {
        var entries = new List<ExportEntry>();
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var leaf = Convert.FromBase64String(root.GetProperty("leaf").GetString()!);
            using var content = JsonDocument.Parse(leaf);
            var index = root.GetProperty("index").GetInt64();
            if (index != entries.Count) faults.Add($"Line {entries.Count + 1} says that it is entry {index}.");
            entries.Add(new ExportEntry(entries.Count, leaf, content.RootElement.Clone(),
                root.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.String ? payload.GetString() : null,
                root.TryGetProperty("salt", out var salt) && salt.ValueKind == JsonValueKind.String ? Convert.FromBase64String(salt.GetString()!) : null));
        }

        return entries;
    }
}
