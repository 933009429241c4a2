using Sallyport.Contracts.Identity;
using System.Security.Cryptography;
using Sallyport.Identity;

namespace Sallyport.Tests.Identity;

public sealed class ClientAssertionTests
{
    private const string Audience = "https://gate.example/oauth/token";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("agt_1", Audience, "jti-12345", 0, true, "")]
    [InlineData("agt_2", Audience, "jti-12345", 0, true, "iss and sub")]
    [InlineData("agt_1", "https://other.example", "jti-12345", 0, true, "aud")]
    [InlineData("agt_1", Audience, "short", 0, true, "jti")]
    [InlineData("agt_1", Audience, "jti-12345", -61, true, "exp is missing or over")]
    [InlineData("agt_1", Audience, "jti-12345", 30, true, "exp may be at most")]
    [InlineData("agt_1", Audience, "jti-12345", 8, true, "iat is in the future")]
    [InlineData("agt_1", Audience, "jti-12345", 0, false, "signature")]
    public void Verify_Assertion_RefusesEachFault(string client, string audience, string id, int seconds, bool ownKey, string fragment)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var agent = new AgentIdentity("agt_1", "default", "bot", "olivia", "refund", [], AgentStatus.Active, 1,
            [new AgentKey("k1", new Jwk(point.X!, point.Y!).ToJson(), Now, null)], Now);
        var jwt = ClientAssertionWriter.Create(ownKey ? key : other, "k1", client, audience, id, Now.AddSeconds(seconds));

        var claims = ClientAssertion.Verify(jwt, agent, [Audience], Now, out var fault);
        Assert.Equal(fragment.Length == 0, claims is not null);
        Assert.Contains(fragment, fault, StringComparison.Ordinal);
    }
}
