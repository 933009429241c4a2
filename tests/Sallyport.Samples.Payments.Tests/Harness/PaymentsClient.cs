using System.Net.Http.Headers;
using System.Text;

namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>A plain HTTP client of the service, with its two keys.</summary>
internal sealed class PaymentsClient(string url) : IDisposable
{
    public const string ApiKey = "test-api-key";
    public const string AdminKey = "test-admin-key";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(url) };

    public Task<Reply> GetAsync(string path, string? bearer = ApiKey) => SendAsync(HttpMethod.Get, path, null, bearer: bearer);

    public Task<Reply> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<Reply> RefundAsync(
        string key, string order = "ord_000005", long amount = 100, string currency = "USD", int? attempt = null,
        CancellationToken? cancellation = null) =>
        SendAsync(HttpMethod.Post, "/refunds", Body(order, amount, currency), key, attempt?.ToString(), cancellation: cancellation);

    public Task<Reply> VoidAsync(string refund, string key, int? attempt = null) =>
        SendAsync(HttpMethod.Post, $"/refunds/{refund}/void", "", key, attempt?.ToString());

    public Task<Reply> FaultAsync(string mode, long? times = null, int delayMs = 0) => SendAsync(
        HttpMethod.Put,
        "/faults",
        $$$"""{"mode":"{{{mode}}}","times":{{{times?.ToString() ?? "null"}}},"delay_ms":{{{delayMs}}},"match":{"path_prefix":"/refunds","method":"POST"}}""",
        bearer: AdminKey);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? json, string? key = null, string? attempt = null, string? bearer = ApiKey,
        string mediaType = "application/json", CancellationToken? cancellation = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, mediaType);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (attempt is not null)
            request.Headers.TryAddWithoutValidation("Attempt", attempt);

        var token = cancellation ?? TestContext.Current.CancellationToken;
        using var response = await _http.SendAsync(request, token);
        return new Reply(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(token),
            response.Content.Headers.ContentType?.MediaType ?? "",
            response.Headers.TryGetValues("Idempotency-Replayed", out var replayed) && replayed.Single() == "true",
            response.Headers.RetryAfter?.ToString());
    }

    /// <summary>Every ledger entry.</summary>
    public async Task<Reply> LedgerAsync()
    {
        var ledger = await GetAsync("/ledger?after=0&limit=10000");
        ledger.MustBe(200);
        Assert.False(ledger.Body.GetProperty("has_more").GetBoolean());
        return ledger;
    }

    public async Task<long> RefundableAsync(string order) => (await GetAsync($"/orders/{order}")).Num("refundable_minor");

    public void Dispose() => _http.Dispose();

    public static string Body(string order, long amount, string currency) =>
        $$"""{"order":"{{order}}","amount":{{amount}},"currency":"{{currency}}","reason":"late"}""";
}
