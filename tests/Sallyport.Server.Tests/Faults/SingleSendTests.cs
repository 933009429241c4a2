using System.Net;
using System.Net.Sockets;
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
        using var pass = new EffectGate(() => true).TryEnter("act_1", ["all"])!;
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
        var gate = new EffectGate(() => true);
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
        using var pass = new EffectGate(() => true).TryEnter("act_1", ["all"])!;

        Assert.Equal(EffectStatus.NotSent, (await connector.SendAsync(JsonElement.Parse("""{"delete":"/things/1"}"""), pass, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task Effect_WhosePeerResetsAtOnce_IsAnOutcomeAndNeverAnException()
    {
        // A peer that is gone right after the connection was made surfaces as a bare socket error, at a moment that only luck hits: hence so often.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var resets = ResetAsync(listener);
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        using var connector = new HttpConnector(new HttpConnectorOptions("api", url, null, TimeSpan.FromSeconds(5)), TimeProvider.System);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var seen = new HashSet<EffectStatus>();
            for (var i = 0; i < 250; i++)
            {
                using var pass = new EffectGate(() => true).TryEnter("act_1", ["all"])!;
                seen.Add((await connector.SendAsync(JsonElement.Parse("""{"post":"/things","body":{"a":1}}"""), pass, TimeSpan.FromSeconds(5))).Status);
                Assert.Equal(ReadStatus.Unavailable, (await connector.ReadAsync(JsonElement.Parse("""{"get":"/things"}"""), TestContext.Current.CancellationToken)).Status);
            }

            return seen;
        }));

        listener.Stop();
        await resets;
        Assert.All(outcomes.SelectMany(seen => seen), status => Assert.True(status is EffectStatus.NotSent or EffectStatus.Unknown));
    }

    private static async Task ResetAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                client.LingerState = new LingerOption(true, 0);
                client.Close();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
