using System.Text.Json;

namespace Sallyport.Connectors.Http;

/// <summary>
/// How one attempt gets a credential of its own, which the contract's <c>revoke</c> can take away again: the request that issues it (made
/// with the connector's own credential) and where the secret stands in the answer. The secret is used for this attempt and kept nowhere.
/// </summary>
/// <param name="Issue">The request.</param>
/// <param name="Token">Name of the member of the answer that holds the secret.</param>
internal sealed record CredentialSpec(HttpRequestSpec Issue, string Token)
{
    /// <summary>Reads the part of a request; on a fault returns null and says why.</summary>
    internal static CredentialSpec? Parse(JsonElement json, out string fault)
    {
        fault = "A credential says how it is issued and under which name the answer holds it: {put: /keys/…, body: {…}, token: secret}.";
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("token", out var token) || token.GetString() is not { Length: > 0 and <= 64 } name) return null;
        if (json.TryGetProperty("credential", out _)) return null;
        var rest = JsonSerializer.SerializeToElement(json.EnumerateObject().Where(member => member.Name != "token").ToDictionary(member => member.Name, member => member.Value));
        return HttpRequestSpec.Parse(rest, out fault) is { } issue ? new CredentialSpec(issue, name) : null;
    }
}
