using System.Text.Json;

namespace Sallyport.Identity;

/// <summary>The public keys of an issuer (RFC 7517, section 5). Keys that are not for us are left out, as that section asks.</summary>
public sealed class JwsKeySet
{
    private const int MaxKeys = 50;
    private readonly IReadOnlyList<JwsKey> _keys;

    private JwsKeySet(IReadOnlyList<JwsKey> keys) => _keys = keys;

    /// <summary>Reads a set; null when it is none or holds more keys than any issuer needs.</summary>
    public static JwsKeySet? Parse(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() <= MaxKeys
            ? new JwsKeySet([.. keys.EnumerateArray().Select(JwsKey.Parse).OfType<JwsKey>()]) : null;

    /// <summary>The keys that may have signed under an algorithm. Without a key id only the one key there is (OpenID Connect Core, section 10.1).</summary>
    public IReadOnlyList<JwsKey> Find(string? kid, string algorithm)
    {
        var fitting = _keys.Where(key => key.Algorithms.Contains(algorithm) && (kid is null || key.Kid == kid)).ToList();
        return kid is null && fitting.Count > 1 ? [] : fitting;
    }
}
