using Sallyport.Cel;

namespace Sallyport.Tools;

/// <summary>
/// What the system of record promises about repeated and late requests. It decides which ways out of an unknown outcome are open; a weaker
/// promise means that a person decides more often, never that more is guessed.
/// </summary>
public enum ConnectorClass
{
    /// <summary>Promises nothing. A probe can prove that the effect happened, never (without a bound on what is in flight) that it did not.</summary>
    Plain,

    /// <summary>Remembers the action id for a while: the same request can be sent again under the same key.</summary>
    Idempotent,

    /// <summary>Gives out a credential per attempt and can revoke it: a late request of that attempt is refused.</summary>
    Revocable,

    /// <summary>Refuses every attempt older than a number that it was told: a late request is refused.</summary>
    Fenced,
}

/// <summary>How the effect leaves the building and how its outcome is known.</summary>
/// <param name="Connector">The connector that carries it.</param>
/// <param name="Request">The connector's request.</param>
/// <param name="Timeout">How long one attempt may take.</param>
/// <param name="MaxAttempts">How often it may be tried in all.</param>
/// <param name="IdempotentFor">How long the system of record remembers the action id; null when it does not.</param>
/// <param name="MaxInFlight">The longest that a request can stay on its way after its sender gave up; null when nobody promises a bound.</param>
/// <param name="Fence">Makes the system of record refuse this and every older attempt; null when it cannot.</param>
/// <param name="Revoke">Revokes the credential that the attempt was sent with; null when it has none of its own.</param>
/// <param name="Probe">Asks whether the effect happened; null when it cannot be asked.</param>
public sealed record EffectSpec(
    string Connector, JsonTemplate Request, TimeSpan Timeout, int MaxAttempts, TimeSpan? IdempotentFor, TimeSpan? MaxInFlight, JsonTemplate? Fence, JsonTemplate? Revoke, ProbeSpec? Probe)
{
    /// <summary>In flight at most so long where nobody promises a bound: TCP gives a segment up after about 15 minutes (Linux, tcp_retries2).</summary>
    private static readonly TimeSpan AssumedInFlight = TimeSpan.FromMinutes(16);

    /// <summary>How long a claim may take until its request begins to leave: a witness, a permit, a queue.</summary>
    public static readonly TimeSpan LeaseSlack = TimeSpan.FromSeconds(15);

    /// <summary>How long a claim holds: until its request begins to leave, and then until its answer.</summary>
    public TimeSpan Lease => LeaseSlack + Timeout;

    /// <summary>The strongest promise that the contract declares.</summary>
    public ConnectorClass Class => Fence is not null ? ConnectorClass.Fenced
        : Revoke is not null ? ConnectorClass.Revocable
        : IdempotentFor is not null ? ConnectorClass.Idempotent : ConnectorClass.Plain;

    /// <summary>The request after which an attempt that is still on its way can no longer be applied; null when there is none.</summary>
    public JsonTemplate? Stop => Fence ?? Revoke;

    /// <summary>
    /// Until when the same request may be sent again under the same key: a copy that leaves at the last moment must still arrive while the
    /// key is remembered. A deadline that forgets what is in flight duplicates effects.
    /// </summary>
    /// <param name="firstSent">When the first attempt may have left.</param>
    public DateTimeOffset? ResendUntil(DateTimeOffset firstSent) =>
        IdempotentFor is { } remembered ? firstSent + remembered - Timeout - (MaxInFlight ?? AssumedInFlight) : null;

    /// <summary>When nothing of an attempt can be on its way any more; null when nobody promises a bound.</summary>
    /// <param name="leaseUntil">Until when its sender may have been sending.</param>
    public DateTimeOffset? QuietFrom(DateTimeOffset leaseUntil) => leaseUntil + MaxInFlight;
}

/// <summary>A status probe.</summary>
/// <param name="Request">The connector's request.</param>
/// <param name="AppliedWhen">True when the answer, <c>probe</c>, shows the effect.</param>
/// <param name="Result">The effect's result, made from the answer.</param>
public sealed record ProbeSpec(JsonTemplate Request, CelProgram AppliedWhen, JsonTemplate Result);
