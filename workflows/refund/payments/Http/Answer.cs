using System.Text.Json;

namespace Sallyport.Samples.Payments.Http;

/// <summary>A finished HTTP answer as bytes: what is stored under an idempotency key is exactly what was sent the first time.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Replayed">True when the answer was stored earlier and nothing happened now.</param>
internal sealed record Answer(int Status, byte[] Body, string ContentType, bool Replayed = false)
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";

    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
    };

    /// <summary>Seconds for a <c>Retry-After</c> header, or null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static Answer Ok(object body) => Of(StatusCodes.Status200OK, body);

    public static Answer Created(object body) => Of(StatusCodes.Status201Created, body);

    public static Answer Of(int status, object body, string contentType = Json) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), SnakeCase), contentType);

    /// <summary>Sends the answer.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (Replayed)
            response.Headers["Idempotency-Replayed"] = "true";
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        await response.Body.WriteAsync(Body, CancellationToken.None);
    }
}
