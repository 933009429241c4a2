using Sallyport.Audit;

namespace Sallyport.Outbox;

/// <summary>How an attempt ended.</summary>
public enum SendStatus
{
    /// <summary>The other side has taken it, or there is nothing (any more) to tell it.</summary>
    Taken,

    /// <summary>It may work later: no answer, overloaded, failing.</summary>
    Later,

    /// <summary>It will never be taken as it is.</summary>
    Refused,
}

/// <summary>How an attempt ended, and what is known about it.</summary>
/// <param name="Status">Whether to try again.</param>
/// <param name="Reason">A status or a short sentence for operators, never a body, a secret or an address.</param>
/// <param name="RetryAfter">How long the other side asked to be left alone.</param>
public sealed record SendOutcome(SendStatus Status, string? Reason = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The other side has it.</summary>
    public static readonly SendOutcome Taken = new(SendStatus.Taken);

    /// <summary>Try again.</summary>
    public static SendOutcome Later(string reason, TimeSpan? retryAfter = null) => new(SendStatus.Later, reason, retryAfter);

    /// <summary>Do not try again.</summary>
    public static SendOutcome Refused(string reason) => new(SendStatus.Refused, reason);
}

/// <summary>Vendor boundary: one configured place that is told what happens, such as a Slack channel or a webhook's receiver.</summary>
public interface IOutboxChannel
{
    /// <summary>Its name in the configuration, such as <c>slack</c> or <c>webhook:billing</c>; fixed for good, since the cursor is kept under it.</summary>
    string Name { get; }

    /// <summary>Whether an entry is of interest. Decided once, when the log is followed.</summary>
    bool Wants(StoredEntry entry);

    /// <summary>
    /// Tells it. May be called again with the same delivery after a crash: from the second attempt on the channel looks for what an earlier
    /// one left behind, or sends an id by which the other side recognises the repetition.
    /// </summary>
    Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation);
}
