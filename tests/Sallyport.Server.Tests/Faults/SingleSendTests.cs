using System.Text.Json;
using Sallyport.Connectors.Http;
using Sallyport.Execution;

namespace Sallyport.Server.Tests.Faults;

/// <summary>An effect leaves exactly once, whatever the platform's HTTP client would do by itself.</summary>
[Trait("req", "AC.3")]
public sealed class SingleSendTests
{
    public static TheoryData<string, bool> Requests => new()
    {
        { "post", true }, { "post", false }, { "put", true }, { "put", false }, { "patch", true }, { "patch", false }, { "delete", true }, { "delete", false },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Effect_ReadWholeAndClosed_ArrivesOnceAndIsUnknown(string verb, bool body)
    {
        await using var server = new ClosingServer();
        using var connector = new HttpConnector(new HttpConnectorOptions("api", server.Url, null, TimeSpan.FromSeconds(5)), TimeProvider.System);
        using var pass = new EffectGate().TryEnter("act_1", ["all"])!;
        var request = body ? $$$"""{"{{{verb}}}":"/things","body":{"a":1}}""" : $$"""{"{{verb}}":"/things"}""";

        var outcome = await connector.SendAsync(JsonElement.Parse(request), pass, TimeSpan.FromSeconds(5));

        Assert.Equal(EffectStatus.Unknown, outcome.Status);
        Assert.Equal(verb.ToUpperInvariant() + " /things HTTP/1.1", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Effect_WithARevokedPass_SendsNotOneByte()
    {
        await using var server = new ClosingServer();
        using var connector = new HttpConnector(new HttpConnectorOptions("api", server.Url, null, TimeSpan.FromSeconds(5)), TimeProvider.System);
        var gate = new EffectGate();
        using var pass = gate.TryEnter("act_1", ["all"])!;
        await gate.CloseAsync("all", "hlt_test");

        var outcome = await connector.SendAsync(JsonElement.Parse("""{"post":"/things","body":{"a":1}}"""), pass, TimeSpan.FromSeconds(5));

        Assert.Equal(EffectStatus.NotSent, outcome.Status);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Effect_WhoseServerIsNotThere_IsProvedNotSent()
    {
        var server = new ClosingServer();
        await server.DisposeAsync();
        using var connector = new HttpConnector(new HttpConnectorOptions("api", server.Url, null, TimeSpan.FromSeconds(5)), TimeProvider.System);
        using var pass = new EffectGate().TryEnter("act_1", ["all"])!;

        Assert.Equal(EffectStatus.NotSent, (await connector.SendAsync(JsonElement.Parse("""{"delete":"/things/1"}"""), pass, TimeSpan.FromSeconds(5))).Status);
    }
}
