using System.Text.Json;

namespace Sallyport.Tools;

/// <summary>JSON pointers (RFC 6901).</summary>
public static class JsonPointer
{
    /// <summary>Escapes one reference token (section 3).</summary>
    public static string Escape(string token) => token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The value at a path of member names, or null when any step is missing.</summary>
    public static JsonElement? Find(JsonElement root, params ReadOnlySpan<string> path)
    {
        var current = root;
        foreach (var step in path)
        {
            if (current.ValueKind == JsonValueKind.Object && current.TryGetProperty(step, out var member)) current = member;
            else if (current.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) && index >= 0 && index < current.GetArrayLength())
                current = current[index];
            else return null;
        }

        return current;
    }
}
