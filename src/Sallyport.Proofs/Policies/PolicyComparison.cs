using System.Text.Json;
using Sallyport.Proofs.Encoding;
using Sallyport.Proofs.Formulas;
using Sallyport.Proofs.Solving;

namespace Sallyport.Proofs.Policies;

/// <summary>How a newer policy relates to an older one.</summary>
public enum PolicyVerdict
{
    /// <summary>Every call gets as far as before, and the same is asked of people.</summary>
    Equivalent,

    /// <summary>No call gets further than before, and some get less far.</summary>
    Tightened,

    /// <summary>Some call gets further than before.</summary>
    Loosened,

    /// <summary>It was not shown that no call gets further.</summary>
    Unknown,
}

/// <summary>Calls that are decided in one way by the older policy and in another by the newer one.</summary>
/// <param name="Before">The older decision.</param>
/// <param name="After">The newer decision.</param>
/// <param name="Verdict">Whether that is looser or tighter; unknown if the solver has such a call and it was not confirmed.</param>
/// <param name="Says">In a sentence.</param>
/// <param name="Witness">One such call.</param>
/// <param name="Query">The query, for other solvers.</param>
public sealed record ChangedCell(string Before, string After, PolicyVerdict Verdict, string Says, Witness? Witness, SmtQuery Query);

/// <summary>The comparison of one tool's policies.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Verdict">The worst of all cells.</param>
/// <param name="Cells">The cells that changed; none if the policies are equivalent.</param>
/// <param name="Queries">Every question asked, also those whose cell is empty.</param>
/// <param name="Reason">Why there is no verdict.</param>
public sealed record ComparisonReport(string Tool, PolicyVerdict Verdict, IReadOnlyList<ChangedCell> Cells, IReadOnlyList<SmtQuery> Queries, string? Reason);

/// <summary>Compares two versions of a tool's policy over all calls: one witness for each way in which decisions change.</summary>
public sealed class PolicyComparison
{
    private readonly PolicyModel _before;
    private readonly PolicyModel _after;
    private readonly FormulaPool _pool = new();
    private readonly Prover _prover;
    private readonly EffectiveDecision _old;
    private readonly EffectiveDecision _new;
    private readonly List<Permission> _permissions;
    private readonly List<ChangedCell> _cells = [];
    private readonly List<SmtQuery> _queries = [];

    private PolicyComparison(PolicyModel before, PolicyModel after, ProofOptions options)
    {
        (_before, _after) = (before, after);
        var space = new InputSpace(_pool, before.Inputs, after.Inputs);
        var sameSchemas = before.Inputs.Count == after.Inputs.Count && before.Inputs.All(input => after.Inputs.TryGetValue(input.Key, out var other) && JsonElement.DeepEquals(input.Value, other));
        if (!sameSchemas) space.Version = "before: ";
        var older = new PolicyEncoding(space, before);
        // The older guarantee may have stopped a call; that the newer one will is not relied upon.
        var olderKept = _pool.And(older.KeepsInvariants(), older.KeepsGuarantee());
        if (!sameSchemas) space.Version = "after: ";
        var newer = new PolicyEncoding(space, after);
        var newerKept = newer.KeepsInvariants();
        var said = SchemaDifference.Mention(space);
        _prover = new Prover(space, options, before, after);
        _old = new EffectiveDecision(older, olderKept, WellFormed(0));
        _new = new EffectiveDecision(newer, newerKept, WellFormed(1));
        _permissions = [new(RuleEffect.Deny), new(RuleEffect.Escalate), .. older.Counts.Concat(newer.Counts).Distinct().Select(count => new Permission(RuleEffect.Approve, count)), new(RuleEffect.Auto)];

        // What the schemas differ in beyond what formulas say may refuse any call.
        Formula WellFormed(int contract) => said ? space.Domain(contract)
            : _pool.And(space.Domain(contract), _pool.Bool(_pool.Variable($"well-formed for version {contract}", Sort.Bool, isOpaque: true)));
    }

    /// <summary>Compares.</summary>
    /// <param name="before">The older policy.</param>
    /// <param name="after">The newer policy.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public static ComparisonReport Run(PolicyModel before, PolicyModel after, ProofOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        try
        {
            return new PolicyComparison(before, after, options ?? new ProofOptions()).Run();
        }
        catch (SiteConflictException conflict)
        {
            return new ComparisonReport(after.Tool, PolicyVerdict.Unknown, [], [], conflict.Message);
        }
    }

    private ComparisonReport Run()
    {
        foreach (var before in _permissions)
            foreach (var after in _permissions.Where(after => after != before))
                Cell(before.ToString(), after.ToString(), after > before ? PolicyVerdict.Loosened : PolicyVerdict.Tightened, $"{before} becomes {after}",
                    after.Effect == RuleEffect.Deny ? 0 : 1, witness => Permission.Of(witness.Before) == before && Permission.Of(witness.Decision) == after, _old.Is(before), _new.Is(after));
        Requirements(_before, _old, _after, _new, PolicyVerdict.Loosened);
        Requirements(_after, _new, _before, _old, PolicyVerdict.Tightened);
        EscalationTargets();
        return new ComparisonReport(_after.Tool, Worst(), _cells, _queries, null);
    }

    /// <summary>Where people must approve before and after, the requirement of a rule may be gone.</summary>
    private void Requirements(PolicyModel model, EffectiveDecision decision, PolicyModel otherModel, EffectiveDecision other, PolicyVerdict verdict)
    {
        foreach (var (rule, i) in model.Rules.Select((rule, i) => (rule, i)).Where(pair => pair.rule.Effect == RuleEffect.Approve))
        {
            var covering = Enumerable.Range(0, otherModel.Rules.Count).Where(j => otherModel.Rules[j].Effect == RuleEffect.Approve && otherModel.Rules[j].Covers(rule));
            var what = Show(rule);
            var (before, after) = verdict == PolicyVerdict.Loosened ? (what, "others") : ("others", what);
            Cell(before, after, verdict, verdict == PolicyVerdict.Loosened ? $"{what} is no longer asked for" : $"{what} is newly asked for", 1,
                witness => Permission.Of(witness.Before).Effect == RuleEffect.Approve && Permission.Of(witness.Decision).Effect == RuleEffect.Approve
                    && (verdict == PolicyVerdict.Loosened ? witness.Before! : witness.Decision!).Matched.Contains(rule.Id),
                [decision.IsApproved, other.IsApproved, decision.Matches(i), .. covering.Select(j => !other.Matches(j))]);
        }
    }

    /// <summary>Somebody else takes over. Whether that is looser no solver can say, so it counts as if it were.</summary>
    private void EscalationTargets()
    {
        var (before, after) = (Grouped(_old), Grouped(_new));
        foreach (var (from, wasTo) in before)
            foreach (var (to, isTo) in after.Where(target => target.Key != from))
                Cell($"escalate to {from}", $"escalate to {to}", PolicyVerdict.Loosened, $"what {from} took over is taken over by {to}", 1,
                    witness => Permission.Of(witness.Before).Effect == RuleEffect.Escalate && Permission.Of(witness.Decision).Effect == RuleEffect.Escalate, wasTo, isTo);

        Dictionary<string, Formula> Grouped(EffectiveDecision decision) =>
            decision.Targets.GroupBy(target => target.Target, StringComparer.Ordinal).ToDictionary(group => group.Key, group => _pool.Or([.. group.Select(target => target.Formula)]));
    }

    private void Cell(string before, string after, PolicyVerdict verdict, string says, int contract, Func<Witness, bool> shows, params Formula[] formulas)
    {
        var finding = _prover.Ask($"{_after.Tool}.diff.{before} to {after}", $"{_after.Tool}: is there a call for which {says}?", contract, shows, formulas);
        _queries.Add(finding.Query);
        if (finding.Answer == Answer.Unsatisfiable) return;
        // A call that may have been let through further counts until it is shown that there is none.
        var shown = finding.Witness is not null ? verdict : verdict == PolicyVerdict.Loosened ? PolicyVerdict.Unknown : PolicyVerdict.Tightened;
        _cells.Add(new ChangedCell(before, after, shown, finding.Witness is not null ? says : $"{says}: not decided, {finding.Reason ?? "the effort allowed was used up"}", finding.Witness, finding.Query));
    }

    private PolicyVerdict Worst() =>
        _cells.Exists(cell => cell.Verdict == PolicyVerdict.Loosened) ? PolicyVerdict.Loosened
        : _cells.Exists(cell => cell.Verdict == PolicyVerdict.Unknown) ? PolicyVerdict.Unknown
        : _cells.Count > 0 ? PolicyVerdict.Tightened : PolicyVerdict.Equivalent;

    private static string Show(ModelRule rule) =>
        $"approval by {rule.Approvals} of {string.Join(" or ", rule.Approvers ?? [])}" + (rule.Excluded is { Count: > 0 } excluded ? $", not {string.Join(" or ", excluded)}" : "");
}
