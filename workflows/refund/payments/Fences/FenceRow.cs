using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Fences;

/// <summary>The lowest attempt that may still take effect under an idempotency key. It only ever rises.</summary>
internal sealed class FenceRow
{
    public string Key { get; init; } = "";

    public long MinimumAttempt { get; init; }

    public string UpdatedAt { get; init; } = "";

    /// <summary>The fence of a key; 0 when none was set.</summary>
    public static long MinimumAttemptOf(WriteScope scope, string key) =>
        scope.Number("SELECT coalesce((SELECT minimum_attempt FROM fences WHERE idempotency_key = @key), 0)", new { key });

    /// <summary>Raises the fence; a lower value than the present one changes nothing.</summary>
    public static FenceRow Raise(WriteScope scope, string key, long minimumAttempt, DateTimeOffset now)
    {
        if (minimumAttempt > MinimumAttemptOf(scope, key))
        {
            scope.ChangeOne(
                """
                INSERT INTO fences (idempotency_key, minimum_attempt, updated_at) VALUES (@key, @minimumAttempt, @at)
                ON CONFLICT (idempotency_key) DO UPDATE SET minimum_attempt = excluded.minimum_attempt, updated_at = excluded.updated_at
                """,
                new { key, minimumAttempt, at = Instant.Text(now) });
        }

        return scope.Find<FenceRow>(Select, new { key })!;
    }

    public const string Select =
        "SELECT idempotency_key AS Key, minimum_attempt AS MinimumAttempt, updated_at AS UpdatedAt FROM fences WHERE idempotency_key = @key";

    public object View() => new { Key, MinimumAttempt, UpdatedAt };
}
