using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>What a shadow candidate would have decided, as it stands in the payload of the entry that records the real decision.</summary>
/// <param name="Release">The candidate's hash.</param>
/// <param name="Active">The real decision in short.</param>
/// <param name="Candidate">The candidate's verdict in short.</param>
/// <param name="Change">How they differ.</param>
/// <param name="Rule">The candidate's rule, or the code that refuses.</param>
/// <param name="Why">Why it refuses or cannot tell.</param>
internal sealed record ShadowNote(string Release, string Active, string Candidate, CandidateChange Change, string Rule, string? Why = null)
{
    /// <summary>Asks the candidate. Whatever happens in it, the real decision is made already and goes on unchanged.</summary>
    internal static ShadowNote? Of(Release? candidate, ProposalContext call)
    {
        if (candidate is null) return null;
        var active = CandidateVerdict.CellOf(call.Decision.Outcome, call.Decision.Requirements);
        try
        {
            var verdict = new Candidate(candidate).OnFacts(call.Contract.Name, call.Input, call.Proposal.Call.Confidence, call.Proposer.Scopes);
            return new ShadowNote(candidate.Hash, active, verdict.Cell, verdict.From(call.Decision.Outcome, call.Decision.Requirements), verdict.Rule, verdict.Why);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Not a governed path: nothing rests on the candidate, and its bug is what the report is for.
            return new ShadowNote(candidate.Hash, active, WireName.Of(CandidateOutcome.Unknown), CandidateChange.Unknown, "", "The candidate failed: " + fault.GetType().Name);
        }
    }

    internal JsonNode? ToJson() => JsonSerializer.SerializeToNode(this, WireJson.Options);

    /// <summary>The note in a payload; null when the payload holds none.</summary>
    internal static ShadowNote? In(JsonElement payload) =>
        payload.TryGetProperty("shadow", out var note) ? note.Deserialize<ShadowNote>(WireJson.Options) : null;
}
