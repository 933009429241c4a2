using System.Text.Json;

namespace Sallyport.Connectors.Http;

/// <summary>A request as a contract writes it: a verb with a path, headers, a body, and what the answers' status codes promise.</summary>
internal sealed record HttpRequestSpec(
    HttpMethod Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, JsonElement? Body,
    IReadOnlySet<int> Applied, IReadOnlySet<int> NotApplied, IReadOnlySet<int> NotAppliedForNow, IReadOnlySet<int> Absent, CredentialSpec? Credential = null)
{
    private static readonly string[] Verbs = ["get", "post", "put", "patch", "delete"];
    private static readonly string[] Others = ["headers", "body", "credential", "applied", "not_applied", "not_applied_for_now", "absent"];

    /// <summary>Headers that only the connector may set, or that change how a request is framed or repeated.</summary>
    private static readonly string[] Reserved = ["authorization", "host", "expect", "connection", "transfer-encoding", "content-length", "upgrade", "te", "trailer", "cookie"];

    /// <summary>Reads a request; on a fault returns null and says why.</summary>
    internal static HttpRequestSpec? Parse(JsonElement json, out string fault)
    {
        fault = "";
        if (json.ValueKind != JsonValueKind.Object) return Fail("A request is a mapping with one of get, post, put, patch or delete.", out fault);
        foreach (var member in json.EnumerateObject())
            if (!Verbs.Contains(member.Name) && !Others.Contains(member.Name)) return Fail($"\"{member.Name}\" is not part of an HTTP request.", out fault);
        if (Verbs.Where(verb => json.TryGetProperty(verb, out _)).ToList() is not [var verb]) return Fail("A request has exactly one of get, post, put, patch or delete.", out fault);
        if (json.GetProperty(verb) is not { ValueKind: JsonValueKind.String } target || target.GetString() is not { } path || !path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal))
            return Fail("A path starts with one slash.", out fault);
        var headers = new List<KeyValuePair<string, string>>();
        if (json.TryGetProperty("headers", out var given))
        {
            foreach (var header in given.EnumerateObject())
            {
                if (Reserved.Contains(header.Name.ToLowerInvariant())) return Fail($"The header {header.Name} cannot be set by a contract.", out fault);
                headers.Add(KeyValuePair.Create(header.Name, header.Value.ToString()));
            }
        }

        foreach (var list in Others.Skip(3))
            if (json.TryGetProperty(list, out var codes) && !IsStatusList(codes)) return Fail($"{list} is a list of HTTP status codes.", out fault);
        CredentialSpec? credential = null;
        if (json.TryGetProperty("credential", out var issuing) && (credential = CredentialSpec.Parse(issuing, out fault)) is null) return null;
        return new HttpRequestSpec(HttpMethod.Parse(verb), path, headers, json.TryGetProperty("body", out var body) ? body : null,
            Codes(json, "applied", [200, 201]), Codes(json, "not_applied", [400, 404, 422]), Codes(json, "not_applied_for_now", [429]), Codes(json, "absent", [404]), credential);
    }

    private static bool IsStatusList(JsonElement list) => list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().All(code => code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status) && status is >= 100 and <= 599);

    private static HashSet<int> Codes(JsonElement json, string name, HashSet<int> otherwise) =>
        json.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(code => code.GetInt32())] : otherwise;

    private static HttpRequestSpec? Fail(string why, out string fault)
    {
        fault = why;
        return null;
    }
}
