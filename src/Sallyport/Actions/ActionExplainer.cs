using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// Explains a decision from the record alone. It is decided again on the recorded arguments and facts, under the recorded release; what does
/// not fit (a digest, the decision, the log) is said, because then the record is not what was decided on.
/// </summary>
public sealed class ActionExplainer(IActionStore store, IAuditStore audit, ReleaseRegistry releases)
{
    private const int ChainLimit = 20_000;

    /// <summary>The explanation, or null when the release that decided is not stored any more.</summary>
    public async Task<ExplanationView?> ExplainAsync(ActionRecord action, CancellationToken cancellation)
    {
        if (await releases.FindAsync(action.Release, cancellation) is not { } release || !release.Policies.ContainsKey(action.Tool)) return null;
        var task = await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation)
            ?? throw new StoreUnavailableException($"The task of action {action.Id} is missing from the store.");
        var chain = await audit.ChainAsync(action.Tenant, action.Id, ChainLimit, cancellation);
        // What was not read to its end cannot vouch for the action.
        var entries = chain.Count == ChainLimit ? [] : chain.Where(entry => entry.ActionId == action.Id).ToList();
        var input = RecordedInput.Of(action, release.Bindings[action.Tool], task);
        return Explain(release, action, input, RecordedInput.Shown(input, release.Tools[action.Tool], release.Manifest, task), RecordedLeaves.Of(entries));
    }

    internal static ExplanationView Explain(Release release, ActionRecord action, ExpressionInput input, ExpressionInput shown, RecordedLeaves leaves)
    {
        var policy = release.Policies[action.Tool];
        // A claim decides without the agent's confidence, so only the first round can have looked at it.
        var decision = ProposalDecision.Decide(release, action.Tool, input, action.Round == 1 ? action.Confidence : null);
        var byRules = PolicyEngine.Decide(policy, input);
        var explainer = new PolicyExplainer(input, shown);
        var (discrepancies, notes) = Compare(release, action, decision, leaves);
        return new ExplanationView(
            action.Id, action.Workflow, action.Tool, action.Release, WireName.Of(release.Manifest.Phase), WireName.Of(action.State), leaves.DecidedAt ?? action.CreatedAt,
            shown.Args, shown.Facts ?? default, action.Confidence, release.Manifest.ConfidenceFloor,
            Summary(action.Decision, action.Rule, action.Requirements), Summary(decision.Outcome, decision.Rule, decision.Requirements),
            discrepancies.Count == 0, discrepancies, notes,
            [.. release.Manifest.OutOfScope.Where(scope => scope.When.ContainsKey(action.Tool)).Select(scope => Case(explainer, scope, action.Tool))],
            explainer.Rules(policy, decision), PolicyExplainer.Invariants(policy, input, shown, ByInvariantsOf(byRules, policy, input)),
            release.Manifest.Guarantee.Tool == action.Tool ? Guarantee(explainer, release.Manifest.Guarantee, action.Tool, input, byRules) : null);
    }

    /// <summary>The decision that the invariants were asked about: the one of the rules, even where an invariant then stopped it.</summary>
    private static PolicyDecision ByInvariantsOf(PolicyDecision decision, ToolPolicy policy, ExpressionInput input) =>
        decision.Rule.StartsWith("invariant:", StringComparison.Ordinal) ? PolicyEngine.Decide(policy with { Invariants = [] }, input) : decision;

    private static (List<string> Discrepancies, List<string> Notes) Compare(Release release, ActionRecord action, PolicyDecision decision, RecordedLeaves leaves)
    {
        var (found, notes) = (new List<string>(), new List<string>());
        var contract = release.Tools[action.Tool];
        if (contract.Hash != action.ContractHash) found.Add($"The contract in the release has the hash {contract.Hash}, recorded is {action.ContractHash}.");
        if (release.Policies[action.Tool].Hash != action.PolicyHash) found.Add($"The policy in the release has the hash {release.Policies[action.Tool].Hash}, recorded is {action.PolicyHash}.");
        var facts = CanonicalJson.Digest(CanonicalJson.Parse(action.Facts));
        if (facts != action.FactsHash) found.Add($"The recorded facts have the digest {facts}, but facts_hash is {action.FactsHash}: the facts were changed after the decision.");
        var statement = ProposalContext.HashOf(action.Tenant, action.ProposerId, action.Tool, action.ContractHash, dryRun: false, action.Compensates, CanonicalJson.Parse(action.Arguments), action.OnBehalfOf);
        if (statement != action.ParamHash) found.Add($"The recorded arguments have the digest {statement}, but param_hash is {action.ParamHash}: the arguments were changed after the decision.");
        found.AddRange(leaves.Against(action));

        // An action that policy let through is claimed on facts read again; the decision on record is the first one.
        var factsMoved = leaves.DecisionFactsHash is { } atDecision && atDecision != action.FactsHash;
        if (factsMoved) notes.Add("The facts were read again when the action was claimed; the explanation uses those.");
        if (action.Round > 1 && decision.Outcome == PolicyOutcome.Auto && action.Decision == PolicyOutcome.Approve)
            notes.Add("People were asked again because a fact had moved; on the new facts alone the rules would not ask.");
        else if (decision.Outcome != action.Decision)
            found.Add($"Recomputed from the record the decision is {WireName.Of(decision.Outcome)} (rule {decision.Rule}), but {WireName.Of(action.Decision)} (rule {action.Rule}) was recorded.");
        else if (!factsMoved && decision.Rule != action.Rule)
            found.Add($"Recomputed from the record the rule {decision.Rule} decides, but {action.Rule} was recorded.");
        else if (!factsMoved && People(decision.Requirements) != People(action.Requirements))
            found.Add($"Recomputed from the record {People(decision.Requirements)} must approve, but {People(action.Requirements)} was recorded.");
        return (found, notes);
    }

    private static CaseExplanation Case(PolicyExplainer explainer, OutOfScopeCase scope, string tool)
    {
        var condition = explainer.Condition(scope.When[tool], scope.Place);
        return new CaseExplanation(scope.Id, scope.Says, condition.Value == true, scope.EscalateTo, condition);
    }

    private static GuaranteeExplanation Guarantee(PolicyExplainer explainer, Guarantee guarantee, string tool, ExpressionInput input, PolicyDecision decision) => new(
        guarantee.Says, ProposalDecision.BrokenGuarantee(guarantee, tool, input, PolicyEngine.ApprovalsNeeded(decision), decision), explainer.Condition(guarantee.Within, guarantee.Place),
        [.. guarantee.Approval.Select(clause => (Clause: clause, Condition: explainer.Condition(clause.When, clause.Place)))
            .Select(entry => new ClauseExplanation(entry.Clause.Approvals, entry.Condition.Value == true, entry.Condition))]);

    private static DecisionSummary Summary(PolicyOutcome outcome, string rule, IReadOnlyList<ApprovalRequirement> requirements) => new(
        WireName.Of(outcome), rule, requirements.Count == 0 ? 0 : requirements.Max(requirement => requirement.Count), [.. requirements.Select(PolicyExplainer.View)]);

    private static string People(IReadOnlyList<ApprovalRequirement> requirements) => requirements.Count == 0 ? "nobody"
        : string.Join("; ", requirements.Select(requirement => $"{requirement.Rule}: {ExpectedApprovers.Of(requirement).Key}").Order(StringComparer.Ordinal));
}
