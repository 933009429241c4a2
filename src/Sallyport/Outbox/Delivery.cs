namespace Sallyport.Outbox;

/// <summary>Where a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>To be sent, now or when it is due again.</summary>
    Waiting,

    /// <summary>The other side has taken it.</summary>
    Sent,

    /// <summary>Given up: refused for good, tried too often or too old. An operator can have it sent again.</summary>
    Dead,

    /// <summary>An operator decided that it need not be sent.</summary>
    Dropped,
}

/// <summary>One audit entry on its way to one channel.</summary>
public sealed record Delivery
{
    /// <summary>Id; the same on every attempt, so that the other side can recognise a repetition.</summary>
    public required string Id { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>Position of the entry in the audit log.</summary>
    public required long Entry { get; init; }

    /// <summary>Kind of the entry.</summary>
    public required string Kind { get; init; }

    /// <summary>The action of the entry. Deliveries of one action leave in the order of the log.</summary>
    public string? ActionId { get; init; }

    /// <summary>State.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Attempts begun so far, the current one included; a crash may have hidden how one of them ended.</summary>
    public required int Attempts { get; init; }

    /// <summary>Since when it is tried: its making, or the moment at which an operator asked for it again.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Not before this time is it tried (again).</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Why the last attempt failed: a status or a short sentence, never a body or an address.</summary>
    public string? Reason { get; init; }
}

/// <summary>A delivery to be made of an entry.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Entry">Position of the entry.</param>
public sealed record NewDelivery(string Id, long Entry);

/// <summary>What stands at a vendor about one approval: a message, a ticket, an issue.</summary>
/// <param name="Channel">The channel that made it.</param>
/// <param name="Subject">The approval.</param>
/// <param name="Reference">How the vendor names it.</param>
/// <param name="Statement">Digest of the statement that was shown there; an answer given there is bound to it.</param>
/// <param name="IsOpen">Whether it still asks; false once its end was told.</param>
public sealed record VendorThread(string Channel, string Subject, string Reference, string Statement, bool IsOpen);
