using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Execution;

namespace Sallyport.Connectors.Http;

/// <summary>Reads and effects over HTTP and JSON. Holds the API's credential; agents never see it.</summary>
public sealed class HttpConnector(HttpConnectorOptions options, TimeProvider time) : IConnector, IDisposable
{
    private const int MaxAnswerBytes = 1 << 20;

    private readonly HttpClient _reader = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { MaxResponseContentBufferSize = MaxAnswerBytes, Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    public string? Check(JsonElement request, bool effect)
    {
        if (HttpRequestSpec.Parse(request, out var fault) is not { } spec) return fault;
        if (effect == (spec.Method == HttpMethod.Get)) return effect ? "An effect cannot be a get." : "A read must be a get.";
        return spec.Applied.Overlaps(spec.NotApplied) || spec.Applied.Overlaps(spec.NotAppliedForNow) ? "A status cannot promise both applied and not applied." : null;
    }

    /// <inheritdoc/>
    public async Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation)
    {
        if (HttpRequestSpec.Parse(request, out var fault) is not { } spec) return new ReadOutcome(ReadStatus.Unavailable, default, fault);
        if (spec.Method != HttpMethod.Get) return new ReadOutcome(ReadStatus.Unavailable, default, "A read must be a get.");
        using var timeout = new CancellationTokenSource(options.ReadTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var message = Message(spec, await BearerAsync(linked.Token));
            using var answer = await _reader.SendAsync(message, HttpCompletionOption.ResponseContentRead, linked.Token);
            if (spec.Absent.Contains((int)answer.StatusCode)) return new ReadOutcome(ReadStatus.Absent, default);
            if (answer.StatusCode != HttpStatusCode.OK) return new ReadOutcome(ReadStatus.Unavailable, default, $"status {(int)answer.StatusCode}");
            return new ReadOutcome(ReadStatus.Found, CanonicalJson.Parse(await answer.Content.ReadAsByteArrayAsync(linked.Token)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ReadOutcome(ReadStatus.Unavailable, default, $"no answer within {options.ReadTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception failure) when (IsOfTheWire(failure) || failure is JsonException or InvalidOperationException)
        {
            return new ReadOutcome(ReadStatus.Unavailable, default, failure is JsonException ? "the answer is not JSON" : failure.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout)
    {
        if (HttpRequestSpec.Parse(request, out var fault) is not { } spec) return new EffectOutcome(EffectStatus.NotSent, default, fault);
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, pass.Revoked);
        try
        {
            var bearer = spec.Credential is { } credential ? await IssueAsync(credential, linked.Token) : await BearerAsync(linked.Token);
            using var invoker = EffectHttpHandler.Create(pass);
            using var message = Message(spec, bearer);
            EffectHttpHandler.Prepare(message);
            using var answer = await invoker.SendAsync(message, linked.Token);
            return await ReadAnswerAsync(spec, answer, linked.Token);
        }
        catch (Exception failure) when (IsOfTheWire(failure) || failure is OperationCanceledException or InvalidOperationException)
        {
            // Only a pass that never let a byte out proves that nothing was sent. Everything else is doubt, whatever the exception says.
            var why = failure is OperationCanceledException ? limit.IsCancellationRequested ? $"no answer within {timeout.TotalSeconds:0.#} s" : "stopped by a halt" : failure.Message;
            return new EffectOutcome(pass.HasLeft ? EffectStatus.Unknown : EffectStatus.NotSent, default, why);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation)
    {
        if (HttpRequestSpec.Parse(request, out _) is not { } spec) return false;
        using var timeout = new CancellationTokenSource(options.ReadTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            // A fence only ever advances, so repeating it is harmless and the pooled client will do.
            using var message = Message(spec, await BearerAsync(linked.Token));
            using var answer = await _reader.SendAsync(message, linked.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (IsOfTheWire(failure) || (failure is OperationCanceledException or InvalidOperationException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>
    /// A failure of the connection. The platform wraps most of them, but a peer that is gone right after the connection was made surfaces
    /// as a bare socket error.
    /// </summary>
    private static bool IsOfTheWire(Exception failure) => failure is HttpRequestException or IOException or SocketException;

    private async Task<string?> BearerAsync(CancellationToken cancellation) => options.Bearer is { } source ? await source.ReadAsync(cancellation) : null;

    /// <summary>A credential for one attempt. Issuing it has no effect on the resource, and one that is never used simply runs out.</summary>
    /// <exception cref="InvalidOperationException">It was not issued, for example because the attempt was revoked before it began.</exception>
    private async Task<string> IssueAsync(CredentialSpec credential, CancellationToken cancellation)
    {
        using var message = Message(credential.Issue, await BearerAsync(cancellation));
        using var answer = await _reader.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The attempt's credential was not issued (status {(int)answer.StatusCode}).");
        return TryParse(await answer.Content.ReadAsByteArrayAsync(cancellation)) is { ValueKind: JsonValueKind.Object } body
            && body.TryGetProperty(credential.Token, out var secret) && secret.ValueKind == JsonValueKind.String && secret.GetString() is { Length: > 0 } token
            ? token : throw new InvalidOperationException($"The answer that issues the attempt's credential has no text \"{credential.Token}\".");
    }

    private HttpRequestMessage Message(HttpRequestSpec spec, string? bearer)
    {
        var target = new Uri(options.BaseUrl, spec.Path);
        if (target.Authority != options.BaseUrl.Authority || target.Scheme != options.BaseUrl.Scheme)
            throw new InvalidOperationException("The path leads away from the connector's base URL.");
        var message = new HttpRequestMessage(spec.Method, target);
        if (spec.Body is { } body)
        {
            message.Content = new ByteArrayContent(CanonicalJson.Serialize(body));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in spec.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value)) throw new InvalidOperationException($"The header {name} cannot be sent.");
        if (bearer is not null) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return message;
    }

    private static async Task<EffectOutcome> ReadAnswerAsync(HttpRequestSpec spec, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var status = (int)answer.StatusCode;
        var body = await ReadLimitedAsync(answer.Content, cancellation);
        if (spec.Applied.Contains(status))
            return TryParse(body) is { } result ? new EffectOutcome(EffectStatus.Applied, result) : new EffectOutcome(EffectStatus.Unknown, default, $"status {status} with a body that is not JSON");
        if (spec.NotApplied.Contains(status)) return new EffectOutcome(EffectStatus.Refused, default, $"status {status}{Code(body)}");
        if (spec.NotAppliedForNow.Contains(status)) return new EffectOutcome(EffectStatus.RefusedForNow, default, $"status {status}{Code(body)}", answer.Headers.RetryAfter?.Delta);
        return new EffectOutcome(EffectStatus.Unknown, default, $"status {status}, which promises nothing");
    }

    private static async Task<byte[]> ReadLimitedAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var buffer = new MemoryStream();
        var chunk = new byte[8_192];
        for (int read; (read = await stream.ReadAsync(chunk, cancellation)) > 0;)
        {
            if (buffer.Length + read > MaxAnswerBytes) throw new IOException($"The answer is larger than {MaxAnswerBytes} bytes.");
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static JsonElement? TryParse(byte[] body)
    {
        try
        {
            return CanonicalJson.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The API's own error code, if it sends one; its free text may hold personal data and is left out.</summary>
    private static string Code(byte[] body) => TryParse(body) is { ValueKind: JsonValueKind.Object } problem
        && problem.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String && code.GetString() is { Length: <= 64 } text ? $" ({text})" : "";
}
