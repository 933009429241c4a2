using Sallyport.Policy;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// A release that decides nothing yet, asked what it would do with an input. It takes the production path from the contract to the
/// decision; what it would need and is not known makes the answer "unknown", never "unchanged". For one thread at a time.
/// </summary>
internal sealed class Candidate(Release release)
{
    private readonly Dictionary<string, FactBinding> _reads = new(StringComparer.Ordinal);

    internal Release Release => release;

    /// <summary>Decides on facts that were read just now, whole.</summary>
    internal CandidateVerdict OnFacts(string tool, ExpressionInput input, double? confidence, IReadOnlyList<string> scopes)
    {
        if (Refused(tool, input) is { } refused) return refused;
        foreach (var fact in release.Tools[tool].Facts)
        {
            if (input.Facts is not { } facts || !facts.TryGetProperty(fact.Name, out var value)) return Unknown($"It reads the fact \"{fact.Name}\", which the active release does not read.");
            if (!fact.Schema.Validate(value).IsValid) return new CandidateVerdict(CandidateOutcome.Refused, "facts_invalid", [], $"The fact \"{fact.Name}\" does not fit its contract.");
        }

        return Decide(tool, input, confidence, scopes);
    }

    /// <summary>Decides on facts that were recorded, which are only those that the recording release looked at.</summary>
    internal CandidateVerdict OnRecord(string tool, ExpressionInput input, double? confidence, IReadOnlyList<string> scopes, FactBinding held)
    {
        if (Refused(tool, input) is { } refused) return refused;
        if (!_reads.TryGetValue(tool, out var reads)) _reads[tool] = reads = Reads(tool);
        var missing = held.Missing(reads);
        return missing.Count > 0 ? Unknown($"It looks at facts that were not recorded: {string.Join(", ", missing)}.") : Decide(tool, input, confidence, scopes);
    }

    private CandidateVerdict? Refused(string tool, ExpressionInput input)
    {
        if (!release.Policies.ContainsKey(tool)) return new CandidateVerdict(CandidateOutcome.Refused, "unknown_tool", [], $"It has no tool \"{tool}\" that changes state.");
        var result = release.Tools[tool].Input.Validate(input.Args);
        return result.IsValid ? null : new CandidateVerdict(CandidateOutcome.Refused, "invalid_arguments", [], "The arguments do not fit its contract at " + string.Join(", ", result.Errors.Take(3).Select(error => error.InstancePath)) + ".");
    }

    private CandidateVerdict Decide(string tool, ExpressionInput input, double? confidence, IReadOnlyList<string> scopes)
    {
        if (FactReview.Run(release, release.Tools[tool], input, scopes).Refusal is { } refusal) return new CandidateVerdict(CandidateOutcome.Refused, refusal.VisibleCode, [], refusal.Detail);
        var decision = ProposalDecision.Decide(release, tool, input, confidence);
        return new CandidateVerdict(decision.Outcome switch
        {
            PolicyOutcome.Auto => CandidateOutcome.Auto,
            PolicyOutcome.Approve => CandidateOutcome.Approve,
            PolicyOutcome.Escalate => CandidateOutcome.Escalate,
            PolicyOutcome.Deny => CandidateOutcome.Deny,
        }, decision.Rule, decision.Requirements, decision.Trace.FirstOrDefault(entry => entry.Error is not null)?.Error);
    }

    /// <summary>The facts that the way to a decision looks at; what only the request to the outside uses is not among them.</summary>
    private FactBinding Reads(string tool)
    {
        var (contract, policy, manifest) = (release.Tools[tool], release.Policies[tool], release.Manifest);
        return new FactBinding(
        [
            .. contract.Rules.Select(rule => rule.DenyUnless), .. contract.Resource?.Programs ?? [], .. contract.Diff?.Programs ?? [],
            .. policy.Rules.Select(rule => rule.When), .. policy.Invariants.Select(invariant => invariant.Condition),
            .. manifest.OutOfScope.Where(scope => scope.When.ContainsKey(tool)).Select(scope => scope.When[tool]),
            .. manifest.Guarantee.Tool == tool ? manifest.Guarantee.Approval.Select(clause => clause.When).Append(manifest.Guarantee.Within) : [],
        ]);
    }

    private static CandidateVerdict Unknown(string why) => new(CandidateOutcome.Unknown, "", [], why);
}
