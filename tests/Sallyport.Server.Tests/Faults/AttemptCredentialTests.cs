using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sallyport.Connectors.Http;
using Sallyport.Execution;

namespace Sallyport.Server.Tests.Faults;

/// <summary>A credential per attempt, issued for it and revocable: what makes a system of record without fences stoppable.</summary>
public sealed class AttemptCredentialTests : IAsyncLifetime
{
    private const string Effect = """{"post":"/things","body":{"a":1},"credential":{"put":"/keys/act_1-1","body":{"ttl_seconds":60},"token":"secret"}}""";
    private readonly ConcurrentDictionary<string, string> _keys = new();
    private readonly ConcurrentDictionary<string, bool> _revoked = new();
    private readonly ConcurrentQueue<string> _applied = new();
    private readonly string _secretFile = Path.GetTempFileName();
    private WebApplication _app = null!;
    private HttpConnector _connector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPut("/keys/{id}", (HttpContext http, string id) => http.Request.Headers.Authorization == "Bearer main" && !_revoked.ContainsKey(id)
            ? Results.Json(new { secret = _keys[id] = "one-time-" + id }) : Results.StatusCode(409));
        _app.MapDelete("/keys/{id}", (string id) =>
        {
            _revoked[id] = true;
            _keys.TryRemove(id, out _);
            return Results.NoContent();
        });
        _app.MapPost("/things", (HttpContext http) =>
        {
            var bearer = http.Request.Headers.Authorization.ToString();
            if (!_keys.Values.Any(secret => bearer == "Bearer " + secret)) return Results.StatusCode(403);
            _applied.Enqueue(bearer);
            return Results.Json(new { id = "t_1" }, statusCode: 201);
        });
        await _app.StartAsync();
        await File.WriteAllTextAsync(_secretFile, "main");
        _connector = new HttpConnector(new HttpConnectorOptions("api", new Uri(_app.Urls.First()), new SecretSource(File: _secretFile), TimeSpan.FromSeconds(5)), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _connector.Dispose();
        await _app.DisposeAsync();
        File.Delete(_secretFile);
    }

    [Fact]
    public async Task Send_UsesTheAttemptsOwnCredential()
    {
        Assert.Equal(EffectStatus.Applied, (await SendAsync(Effect)).Status);
        Assert.Equal(["Bearer one-time-act_1-1"], _applied);
    }

    [Fact]
    public async Task Send_AfterTheRevocation_IsNotSentAndNamesNoSecret()
    {
        Assert.True(await _connector.FenceAsync(JsonElement.Parse("""{"delete":"/keys/act_1-1"}"""), TestContext.Current.CancellationToken));

        var outcome = await SendAsync(Effect);

        Assert.Equal(EffectStatus.NotSent, outcome.Status);
        Assert.DoesNotContain("main", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(_applied);
    }

    [Fact]
    public async Task Revoke_OfACredentialInUse_RefusesWhatIsStillOnItsWay()
    {
        _keys["act_1-1"] = "one-time-act_1-1";
        await _connector.FenceAsync(JsonElement.Parse("""{"delete":"/keys/act_1-1"}"""), TestContext.Current.CancellationToken);
        using var late = new HttpRequestMessage(HttpMethod.Post, _app.Urls.First() + "/things");
        late.Headers.TryAddWithoutValidation("Authorization", "Bearer one-time-act_1-1");
        using var client = new HttpClient();

        Assert.Equal(403, (int)(await client.SendAsync(late, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(_applied);
    }

    [Theory]
    [InlineData("""{"post":"/things","credential":{"put":"/keys/1"}}""")]
    [InlineData("""{"post":"/things","credential":{"token":"secret"}}""")]
    [InlineData("""{"post":"/things","credential":"/keys/1"}""")]
    [InlineData("""{"post":"/things","credential":{"put":"/keys/1","token":"secret","credential":{"put":"/keys/2","token":"s"}}}""")]
    [InlineData("""{"post":"/things","credential":{"put":"keys","token":"secret"}}""")]
    public void Check_OfACredentialThatCannotBeIssued_SaysWhy(string request) => Assert.NotNull(_connector.Check(JsonElement.Parse(request), effect: true));

    private async Task<EffectOutcome> SendAsync(string request)
    {
        using var pass = new EffectGate(() => true).TryEnter("act_1", ["all"])!;
        return await _connector.SendAsync(JsonElement.Parse(request), pass, TimeSpan.FromSeconds(5));
    }
}
