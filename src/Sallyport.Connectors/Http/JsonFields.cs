using System.Text.Json;

namespace Sallyport.Connectors.Http;

/// <summary>Reads what vendors answer: a member of another type is a member that is not there.</summary>
internal static class JsonFields
{
    internal static string? Text(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    internal static bool IsTrue(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.True };

    internal static JsonElement? Object(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    internal static IEnumerable<JsonElement>? List(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : null;

    internal static JsonElement? Member(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
}
