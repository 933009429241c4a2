using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Server.Identity.OpenId;

/// <summary>Talks to providers: no redirects, no cookies, five seconds, 256 KiB.</summary>
internal sealed class ProviderHttp : IDisposable
{
    private const int MaxBytes = 256 << 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = MaxBytes,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>The status and the JSON of an answer; null when there was none that could be read.</summary>
    internal async Task<(int Status, JsonElement Body)?> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            request.Headers.Accept.ParseAdd("application/json");
            using var answer = await _http.SendAsync(request, cancellation);
            return ((int)answer.StatusCode, CanonicalJson.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation)));
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or FormatException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
