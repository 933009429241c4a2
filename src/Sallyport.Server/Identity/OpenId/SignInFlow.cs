using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Identity;

namespace Sallyport.Server.Identity.OpenId;

/// <summary>A sign-in that a browser has begun at a provider and not finished.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="State">Names the flow in the provider's answer.</param>
/// <param name="Nonce">Must come back inside the id_token.</param>
/// <param name="Verifier">PKCE (RFC 7636): only who has it can redeem the code.</param>
/// <param name="BrowserDigest">SHA-256 of the secret in the browser's cookie: the answer counts only in the browser that asked.</param>
/// <param name="Return">Where to go afterwards.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FreshFor">Who must authenticate anew; null for an ordinary sign-in.</param>
/// <param name="Replaces">Token of the session that the browser had when it began, and would not send with the provider's answer.</param>
internal sealed record SignInFlow(
    string Provider, string State, string Nonce, string Verifier, byte[] BrowserDigest, string Return, DateTimeOffset StartedAt, string? FreshFor,
    string? Replaces)
{
    /// <summary>The S256 challenge of the verifier.</summary>
    internal string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>Flows that are under way, in memory: after a restart people begin again. Each can be finished once.</summary>
internal sealed class SignInFlows(IdSource ids, TimeProvider time)
{
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const int Most = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SignInFlow> _flows = new(StringComparer.Ordinal);

    /// <summary>Begins a flow; the secret goes into the browser's cookie. Null when too many are under way.</summary>
    internal (SignInFlow Flow, string Secret)? Begin(string provider, string returnTo, string? freshFor, string? replaces)
    {
        var secret = Random();
        var flow = new SignInFlow(provider, Random(), Random(), Random(), SHA256.HashData(Encoding.ASCII.GetBytes(secret)), returnTo, time.Now(), freshFor, replaces);
        lock (_lock)
        {
            if (_flows.Count >= Most)
                foreach (var over in _flows.Values.Where(known => known.StartedAt + Life <= flow.StartedAt).ToList()) _flows.Remove(over.State);
            if (_flows.Count >= Most) return null;
            _flows[flow.State] = flow;
        }

        return (flow, secret);
    }

    /// <summary>Takes the flow of an answer, if this browser began it; whatever comes of it, it cannot be taken again.</summary>
    internal SignInFlow? Take(string state, string? secret)
    {
        lock (_lock)
        {
            if (secret is null || !_flows.TryGetValue(state, out var flow)) return null;
            // Another browser's guess must not end the flow of the one that began it.
            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), flow.BrowserDigest)) return null;
            _flows.Remove(state);
            return flow.StartedAt + Life > time.Now() ? flow : null;
        }
    }

    private string Random() => Base64Url.EncodeToString(ids.Bytes(32));
}
