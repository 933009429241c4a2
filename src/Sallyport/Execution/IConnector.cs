using System.Text.Json;

namespace Sallyport.Execution;

/// <summary>What a system of record said to a read.</summary>
public enum ReadStatus
{
    /// <summary>It answered.</summary>
    Found,

    /// <summary>It says that there is no such thing.</summary>
    Absent,

    /// <summary>It did not answer properly.</summary>
    Unavailable,
}

/// <summary>Outcome of a read.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Body">The answer when found.</param>
/// <param name="Detail">Why it is unavailable; no secrets, no personal data.</param>
public sealed record ReadOutcome(ReadStatus Status, JsonElement Body, string? Detail = null);

/// <summary>What is known about an effect after one attempt.</summary>
public enum EffectStatus
{
    /// <summary>The system of record confirmed it.</summary>
    Applied,

    /// <summary>The system of record promised that it was not applied.</summary>
    Refused,

    /// <summary>Not applied now, but the system of record asks to come back.</summary>
    RefusedForNow,

    /// <summary>Not one byte of the request left.</summary>
    NotSent,

    /// <summary>We did not let it go: this process's permit lapsed, the lease ran short, or a witness is missing. Nothing left.</summary>
    Withheld,

    /// <summary>It may have been applied.</summary>
    Unknown,
}

/// <summary>Outcome of one attempt.</summary>
/// <param name="Status">What is known.</param>
/// <param name="Body">The answer when applied.</param>
/// <param name="Detail">Why not, or why it is unknown; no secrets.</param>
/// <param name="RetryAfter">How long the system of record asks to wait.</param>
public sealed record EffectOutcome(EffectStatus Status, JsonElement Body, string? Detail = null, TimeSpan? RetryAfter = null);

/// <summary>
/// Vendor boundary: how reads and effects reach one system of record. The connector holds the credentials; nothing else sees them.
/// </summary>
public interface IConnector
{
    /// <summary>The name that contracts use.</summary>
    string Name { get; }

    /// <summary>Says what is wrong with a request as a contract writes it, or null.</summary>
    string? Check(JsonElement request, bool effect);

    /// <summary>Reads; has no effect and may be repeated.</summary>
    Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation);

    /// <summary>
    /// Sends one attempt, once. <paramref name="pass"/> is told when the request begins to leave; if the pass is revoked before that, nothing is sent.
    /// </summary>
    Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout);

    /// <summary>Makes the system of record refuse what may still be on its way (a fence, or a revoked credential); true once it has confirmed.</summary>
    Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation);
}
