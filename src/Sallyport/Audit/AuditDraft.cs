using System.Text.Json.Nodes;

namespace Sallyport.Audit;

/// <summary>What one audit entry is going to say. The store seals it inside the transaction of the transition that it records.</summary>
/// <param name="Kind">For example <c>action.accepted</c>.</param>
/// <param name="Actor">Who did it: <c>agent:…</c>, <c>person:…</c> or <c>system</c>.</param>
/// <param name="ActionId">The action.</param>
/// <param name="TaskId">The task.</param>
/// <param name="TraceId">W3C trace id.</param>
public sealed record AuditDraft(string Kind, string Actor, string? ActionId = null, string? TaskId = null, string? TraceId = null)
{
    /// <summary>Small facts that stand in the entry itself: states, digests, codes, ids. Never secrets or personal data.</summary>
    public JsonObject Fields { get; init; } = [];

    /// <summary>Redacted details beside the entry, bound to it by a salted digest and erasable.</summary>
    public JsonObject? Payload { get; init; }

    /// <summary>Business ids that the chain can be searched by. Kept beside the entry, erasable.</summary>
    public IReadOnlyList<string> Correlations { get; init; } = [];
}
