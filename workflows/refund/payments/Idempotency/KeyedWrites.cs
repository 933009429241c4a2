using Sallyport.Samples.Payments.Fences;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Idempotency;

/// <summary>
/// Runs a keyed write at most once. Fence, stored answer, effect and the new answer are one transaction, so no moment exists in which
/// a fence is passed and the effect not yet there. Refusals of the operation are stored too: a late copy of a refused request must
/// not succeed after somebody was told "refused". Keys never expire.
/// </summary>
internal static class KeyedWrites
{
    public static Answer Once(WriteScope scope, KeyedRequest request, DateTimeOffset now, Func<Answer> operation)
    {
        // :: Step 1: the fence. A request without an attempt is older than every fence.
        var minimum = FenceRow.MinimumAttemptOf(scope, request.Key);
        if ((request.Attempt ?? 0) < minimum)
        {
            // The key may have been spent by an earlier copy; say so, or "not applied" would mislead.
            var earlier = StoredAnswer.Find(scope, request.Key);
            return ProblemKind.StaleAttempt.Because(
                $"The fence of this key asks for attempt {minimum} or later.",
                ("minimum_attempt", minimum), ("key_already_answered", earlier is not null));
        }

        // :: Step 2: the same key again.
        if (StoredAnswer.Find(scope, request.Key) is { } stored)
        {
            return stored.Fingerprint == request.Fingerprint
                ? stored.Replay()
                : ProblemKind.KeyReuse.Because("The first request under this key had other values.");
        }

        // :: Step 3: the effect or its refusal, kept with its answer.
        var answer = operation();
        StoredAnswer.Keep(scope, request, answer, now);
        return answer;
    }
}
