using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Http;

/// <summary>What a vendor answered.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Body">At most as many bytes as the caller allowed.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
/// <param name="Fault">Why there was no answer, without addresses.</param>
internal sealed record VendorAnswer(int Status, byte[] Body, TimeSpan? RetryAfter, string? Fault)
{
    /// <summary>Whether the vendor took the request.</summary>
    internal bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What happened, for operators.</summary>
    internal string Reason => Fault ?? $"status {Status}";

    /// <summary>The body, if it is a JSON object.</summary>
    internal JsonElement? Json => Parse() is { ValueKind: JsonValueKind.Object } json ? json : null;

    /// <summary>The body, if it is a JSON array.</summary>
    internal IEnumerable<JsonElement>? JsonList => Parse() is { ValueKind: JsonValueKind.Array } json ? json.EnumerateArray() : null;

    /// <summary>
    /// No answer, overload, a failing server and refused credentials may pass (an operator can renew them); anything else stays as it is.
    /// </summary>
    internal SendOutcome Outcome => IsSuccess ? SendOutcome.Taken
        : Status is 0 or 401 or 403 or 408 or 425 or 429 or >= 500 ? SendOutcome.Later(Reason, RetryAfter) : SendOutcome.Refused(Reason);

    private JsonElement? Parse()
    {
        try
        {
            return JsonElement.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// A vendor's API below one configured address. Redirects are not followed and no other host is ever called; answers are bounded.
/// </summary>
/// <param name="root">Root of the API.</param>
/// <param name="authorize">Adds the credential, read anew for every request.</param>
/// <param name="time">The clock.</param>
internal sealed class VendorHttp(Uri root, Func<HttpRequestMessage, CancellationToken, Task>? authorize, TimeProvider time) : IDisposable
{
    /// <summary>Most bytes of an answer.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = DecompressionMethods.None,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request; no answer is an answer too. Waits as long as the cancellation allows.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below the root, with its query.</param>
    /// <param name="body">JSON body; null for none.</param>
    /// <param name="cancellation">The caller's time limit.</param>
    internal Task<VendorAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        var content = body is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content?.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        return SendAsync(new HttpRequestMessage(method, Below(path)) { Content = content }, MaxAnswerBytes, cancellation);
    }

    /// <summary>Sends a finished request and reads at most so many bytes of the answer.</summary>
    internal async Task<VendorAnswer> SendAsync(HttpRequestMessage request, int maxAnswer, CancellationToken cancellation)
    {
        using (request)
        {
            try
            {
                if (authorize is not null) await authorize(request, cancellation);
                request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Sallyport", "1"));
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                var body = await ReadAsync(answer.Content, maxAnswer, cancellation);
                return body is null
                    ? new VendorAnswer(0, [], null, "the answer is too large")
                    : new VendorAnswer((int)answer.StatusCode, body, RetryAfter(answer.Headers.RetryAfter), null);
            }
            catch (HttpRequestException failure)
            {
                // The message names the address; the kind of failure is enough.
                return new VendorAnswer(0, [], null, $"no connection ({failure.HttpRequestError})");
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                return new VendorAnswer(0, [], null, "the connection broke");
            }
            catch (InvalidOperationException)
            {
                return new VendorAnswer(0, [], null, "the credential is not available");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>An address below the root; a path that leads elsewhere is a bug and does not leave.</summary>
    private Uri Below(string path)
    {
        var target = new Uri(root.AbsoluteUri.TrimEnd('/') + path);
        return target.Authority == root.Authority && target.Scheme == root.Scheme ? target : throw new ArgumentException("The path leads away from the vendor's address.", nameof(path));
    }

    private static async Task<byte[]?> ReadAsync(HttpContent content, int most, CancellationToken cancellation)
    {
        if (most == 0) return [];
        if (content.Headers.ContentLength > most) return null;
        using var buffer = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var chunk = new byte[16_384];
        for (int read; (read = await stream.ReadAsync(chunk, cancellation)) > 0;)
        {
            if (buffer.Length + read > most) return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait > TimeSpan.Zero ? wait : null;
    }
}
