using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Policy;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>What the spine has established about one call so far. Each step adds to it; no step takes anything back.</summary>
internal sealed class ProposalContext(Proposal proposal, string actionId, long startedAt)
{
    internal Proposal Proposal { get; } = proposal;

    internal Proposer Proposer => Proposal.Proposer;

    internal string ActionId { get; } = actionId;

    internal long StartedAt { get; } = startedAt;

    // Step 2
    internal Release Release { get; set; } = null!;

    internal ToolContract Contract { get; set; } = null!;

    internal JsonElement Arguments { get; set; }

    internal string ArgumentsText { get; set; } = "";

    internal string ParamHash { get; set; } = "";

    // Step 6
    internal AgentTask? Task { get; set; }

    internal string? RateKey { get; set; }

    // Step 7
    internal ExpressionInput Input { get; set; } = null!;

    internal JsonElement Facts { get; set; }

    internal JsonElement? Diff { get; set; }

    // Step 8
    internal PolicyDecision Decision { get; set; } = null!;

    internal ShadowNote? Shadow { get; set; }

    internal bool ReadOnly => Contract is { ReadOnly: true };

    /// <summary>Digest of everything that makes two proposals the same one, under a given contract.</summary>
    internal string HashUnder(string contractHash) =>
        HashOf(Proposer.Tenant, Proposer.Id, Proposal.Tool, contractHash, Proposal.Call.DryRun, Proposal.Compensates, Arguments, Proposer.OnBehalfOf?.UserId);

    internal static string HashOf(string tenant, string proposer, string tool, string contractHash, bool dryRun, string? compensates, JsonElement arguments, string? onBehalfOf = null)
    {
        var statement = JsonSerializer.SerializeToNode(new
        {
            v = 1,
            tenant,
            agent = proposer,
            tool,
            contract_hash = contractHash,
            dry_run = dryRun,
            compensates,
            @params = arguments,
        })!.AsObject();
        // The same words on behalf of two people are two proposals.
        if (onBehalfOf is not null) statement["on_behalf_of"] = onBehalfOf;
        return CanonicalJson.Digest(JsonSerializer.SerializeToElement(statement));
    }

    /// <summary>Counts equal calls of a task; the same for dry runs and real ones would hide a loop, so both are told apart.</summary>
    internal TaskCharge? Charge => Task is not { } task || Release is null ? null : new TaskCharge(
        task.Id, ParamHash, Release.Manifest.Limits.InvocationsPerTask, Release.Manifest.Limits.IdenticalCallsPerTask);

    internal JsonElement RedactedArguments => Contract is null ? default : Contract.RedactArguments(Arguments);

    /// <summary>The facts without what the contract marks as sensitive.</summary>
    internal JsonElement RedactedFacts => Contract.RedactFacts(Facts);

    internal IReadOnlyList<string> Correlations
    {
        get
        {
            var ids = new List<string>();
            if (Proposal.Call.IdempotencyKey is { } key) ids.Add(key);
            if (Proposal.TraceId is { } trace) ids.Add(trace);
            if (Proposal.Compensates is { } original) ids.Add(original);
            if (Input is null) return ids;
            foreach (var program in Contract.Correlate)
                if (Input.Evaluate(program) is { IsError: false } value && value.ToJson() is JsonValue text) ids.Add(text.ToString());
            return ids;
        }
    }

    /// <summary>The entry of a call that ends without an action.</summary>
    internal AuditDraft CallLeaf(string kind, JsonObject fields, JsonObject payload)
    {
        fields["tool"] = Proposal.Tool.Length <= 64 ? Proposal.Tool : Proposal.Tool[..64];
        fields["door"] = Proposal.Door;
        if (Proposer.OnBehalfOf is { } person) fields["on_behalf_of"] = person.UserId;
        if (ParamHash.Length > 0) fields["param_hash"] = ParamHash;
        if (Release is not null) fields["release"] = Release.Hash;
        return new AuditDraft(kind, Proposer.Actor, ActionId, Task?.Id, Proposal.TraceId)
        {
            Fields = fields, Payload = payload, Correlations = Correlations,
        };
    }

    /// <summary>Why policy decided so: every rule's result.</summary>
    internal static JsonNode? TraceOf(PolicyDecision decision) => JsonSerializer.SerializeToNode(decision.Trace, WireJson.Options);
}
