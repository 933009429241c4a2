using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>
/// A proxy on loopback for a client that cannot authenticate: it adds a bearer token and changes nothing else. The Host and Origin headers pass
/// as they came, so the server behind it is what protects against DNS rebinding.
/// </summary>
internal sealed class BearerProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["connection", "transfer-encoding", "keep-alive", "content-length"];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _app;
    private Func<Task<string>>? _token;
    private Uri? _target;

    private BearerProxy(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    internal Uri Url { get; private set; } = null!;

    /// <summary>Listens on a free port, so that its address is known before the server starts.</summary>
    internal static async Task<BearerProxy> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new BearerProxy(app);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync();
        proxy.Url = new Uri(app.Urls.First());
        return proxy;
    }

    /// <summary>Says where to forward to, and with which token.</summary>
    internal void PointAt(string url, Func<Task<string>> token) => (_target, _token) = (new Uri(url), token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(http.Request.Method), new Uri(_target!, http.Request.Path + http.Request.QueryString));
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0) request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers.Where(header => !OfTheConnection.Contains(header.Key.ToLowerInvariant())))
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray())) request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        if (request.Content is not null) request.Content.Headers.ContentLength = http.Request.ContentLength;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _token!());
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key.ToLowerInvariant())))
            http.Response.Headers[name] = values.ToArray();
        if (answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.NoContent) return;
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        await http.Response.StartAsync(http.RequestAborted);
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
