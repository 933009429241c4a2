using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Published signature vectors, from a file beside the checkout or from SALLYPORT_SIGNATURE_VECTORS.</summary>
internal static class SignatureVectors
{
    /// <summary>The vector of a scheme; skips the test where the file is not there.</summary>
    internal static (IReadOnlyList<string> Secrets, IReadOnlyDictionary<string, string> Headers, string Body) Of(string scheme)
    {
        var file = Environment.GetEnvironmentVariable("SALLYPORT_SIGNATURE_VECTORS") is { Length: > 0 } named
            ? named : Path.Combine(Repository.Root, "..", "shared", "data", "signatures", "signature_vectors.json");
        if (!File.Exists(file)) Assert.Skip("The published signature vectors are not there; set SALLYPORT_SIGNATURE_VECTORS.");
        var vector = JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray().Single(one => one.GetProperty("scheme").GetString() == scheme);
        var secret = vector.GetProperty("secret");
        return (secret.ValueKind == JsonValueKind.Array ? [.. secret.EnumerateArray().Select(one => one.GetString()!)] : [secret.GetString()!],
            vector.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!), vector.GetProperty("body").GetString()!);
    }
}
