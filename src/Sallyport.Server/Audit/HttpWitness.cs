using System.Globalization;
using System.Net;
using System.Text;
using Sallyport.Audit;

namespace Sallyport.Server.Audit;

/// <summary>Speaks C2SP tlog-witness to a witness process, within a time limit of its own.</summary>
internal sealed class HttpWitness(HttpClient http, Uri prefix, NoteVerifier key, TimeSpan timeout, TimeProvider time) : IWitness
{
    private const int MaxAnswerBytes = 16 << 10;
    private readonly Uri _address = new(prefix.AbsoluteUri.TrimEnd('/') + "/add-checkpoint");

    public NoteVerifier Key => key;

    /// <summary>A client for all witnesses: no redirects, small answers.</summary>
    internal static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { MaxResponseContentBufferSize = MaxAnswerBytes, Timeout = Timeout.InfiniteTimeSpan };

    public async Task<WitnessAnswer> CosignAsync(string note, long oldSize, IReadOnlyList<byte[]> proof, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var body = $"old {oldSize.ToString(CultureInfo.InvariantCulture)}\n{string.Concat(proof.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{note}";
        try
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            using var answer = await http.PostAsync(_address, content, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
                return text.Split('\n').FirstOrDefault(line => line.StartsWith($"— {key.Name} ", StringComparison.Ordinal)) is { } line ? new WitnessAnswer(line) : new WitnessAnswer(null, null, "it answered without a cosignature.");
            if (answer.StatusCode == HttpStatusCode.Conflict && answer.Content.Headers.ContentType?.MediaType == "text/x.tlog.size"
                && long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size != oldSize) return new WitnessAnswer(null, size);
            return new WitnessAnswer(null, null, $"it refused with HTTP {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException)
        {
            return new WitnessAnswer(null, null, "it did not answer.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new WitnessAnswer(null, null, $"it did not answer within {timeout.TotalMilliseconds:0} ms.");
        }
    }
}
