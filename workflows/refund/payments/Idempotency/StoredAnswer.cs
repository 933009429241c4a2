using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Idempotency;

/// <summary>The first answer given under a key, byte for byte.</summary>
internal sealed class StoredAnswer
{
    public string Fingerprint { get; init; } = "";

    public long Status { get; init; }

    public string ContentType { get; init; } = "";

    public byte[] Body { get; init; } = [];

    public static StoredAnswer? Find(WriteScope scope, string key) => scope.Find<StoredAnswer>(
        "SELECT fingerprint, status, content_type AS ContentType, body FROM answers WHERE idempotency_key = @key", new { key });

    public static void Keep(WriteScope scope, KeyedRequest request, Answer answer, DateTimeOffset now) => scope.ChangeOne(
        """
        INSERT INTO answers (idempotency_key, fingerprint, status, content_type, body, at)
        VALUES (@Key, @Fingerprint, @Status, @ContentType, @Body, @At)
        """,
        new { request.Key, request.Fingerprint, answer.Status, answer.ContentType, answer.Body, At = Instant.Text(now) });

    public Answer Replay() => new((int)Status, Body, ContentType, Replayed: true);
}
