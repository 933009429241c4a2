using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>A request as a vendor got it.</summary>
internal sealed record VendorRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public string Header(string name) => Headers.GetValueOrDefault(name.ToLowerInvariant(), "");
}

/// <summary>What a vendor answers.</summary>
internal sealed record VendorReply(int Status, object? Body = null, string? RetryAfter = null, string? Location = null);

/// <summary>
/// A vendor on this machine: a subclass says what it takes, and refuses the rest. A test can have it fail in every way in which vendors fail.
/// </summary>
internal abstract class VendorStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<VendorRequest, Task<VendorReply?>>> _failures = new();
    private readonly CancellationTokenSource _closing = new();

    protected VendorStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public string Url { get; private set; } = "";

    /// <summary>Everything that arrived, refused or not.</summary>
    public ConcurrentQueue<VendorRequest> Requests { get; } = new();

    /// <summary>Why requests were refused: a test that expects none looks here.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>The next request is answered so, whatever it is.</summary>
    public void FailNext(int status, string? retryAfter = null) => _failures.Enqueue(_ => Task.FromResult<VendorReply?>(new VendorReply(status, new { message = "secret details" }, retryAfter)));

    /// <summary>The next request is taken, but its answer never arrives.</summary>
    public void LoseNextAnswer() => _failures.Enqueue(request =>
    {
        Take(request);
        return Task.FromResult<VendorReply?>(new VendorReply(-1));
    });

    /// <summary>The next request is never answered.</summary>
    public void HangNext() => _failures.Enqueue(async _ =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new VendorReply(-1);
    });

    /// <summary>Starts listening.</summary>
    public async Task StartAsync()
    {
        await _app.StartAsync();
        Url = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    /// <summary>The vendor's answer to a well-formed request.</summary>
    protected abstract VendorReply Take(VendorRequest request);

    /// <summary>Refuses a request, as the vendor would.</summary>
    protected VendorReply Refuse(int status, string why)
    {
        Refusals.Enqueue(why);
        return new VendorReply(status, new { error = why });
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        var request = new VendorRequest(http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "", headers, body.ToArray());
        Requests.Enqueue(request);
        var reply = (_failures.TryDequeue(out var failure) ? await failure(request) : null) ?? Take(request);
        if (reply.Status < 0)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is not null) http.Response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Location is not null) http.Response.Headers.Location = reply.Location;
        if (reply.Body is not null) await http.Response.WriteAsJsonAsync(reply.Body, reply.Body.GetType());
    }
}
