using Sallyport.Cel.Syntax;
using Sallyport.Proofs.Encoding;
using Sallyport.Proofs.Formulas;
using Sallyport.Proofs.Solving;

namespace Sallyport.Proofs.Policies;

/// <summary>
/// Proves what a policy promises for every well-formed call of its tool, or shows a call that breaks it.
/// </summary>
/// <remarks>
/// <code>
///   conditions ─▶ formulas ─▶ solver ─▶ nothing satisfies it ............ proved (anyone can check the exported query)
///                                 └──▶ an assignment ─▶ a call ─▶ replay in the production evaluator ─▶ refuted
///                                                                                        └─ not confirmed ─▶ unknown
/// </code>
/// Assumed are the input schemas and, for checks of the decision, the eligibility rules, as both are enforced before the policy decides.
/// </remarks>
public sealed class PolicyAnalysis
{
    private readonly PolicyModel _model;
    private readonly FormulaPool _pool = new();
    private readonly PolicyEncoding _policy;
    private readonly Prover _prover;
    private readonly List<ProofResult> _results = [];
    private readonly Func<ProofCheck, string, bool> _wanted;

    private PolicyAnalysis(PolicyModel model, ProofOptions options, Func<ProofCheck, string, bool>? wanted)
    {
        _model = model;
        _wanted = wanted ?? ((_, _) => true);
        var space = new InputSpace(_pool, model.Inputs);
        _policy = new PolicyEncoding(space, model);
        _prover = new Prover(space, options, model);
    }

    /// <summary>Runs every check.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="wanted">Which checks to run, by kind and subject; null for all.</param>
    public static ProofReport Run(PolicyModel model, ProofOptions? options = null, Func<ProofCheck, string, bool>? wanted = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new PolicyAnalysis(model, options ?? new ProofOptions(), wanted).Run();
    }

    private ProofReport Run()
    {
        // Everything is encoded first: only then is it known which places of the input the domain is about.
        var broken = _model.Invariants.Select(_policy.Broken).ToList();
        var unguarded = _model.Guarantees.Select(_policy.Broken).ToList();
        var outside = _model.Within is { } within ? _policy.BrokenBounds(within) : Formula.False;
        var atoms = _model.Rules.Select(rule => BooleanParts(rule).ToList()).ToList();
        _prover.Assume(_policy.Space.Domain(0));

        NeverErrors();
        Complete();
        for (var i = 0; i < _model.Rules.Count; i++) Rule(i);
        Vacuous(atoms);
        for (var i = 0; i < broken.Count; i++) Invariant(_model.Invariants[i], broken[i]);
        for (var i = 0; i < unguarded.Count; i++)
            Guarantee(_model.Guarantees[i].Id, $"a call goes on with fewer than {People(_model.Guarantees[i].Approvals)} where the guarantee asks for them", unguarded[i]);
        if (_model.Within is { } bounds) Guarantee(bounds.Id, "a call goes on outside the guarantee's bounds", outside);
        return new ProofReport(_model.Tool, _results, _policy.Space.Approximations, _prover.Conflicts);
    }

    private void NeverErrors()
    {
        for (var i = 0; i < _model.Assumptions.Count; i++) Check(_model.Assumptions[i].Id, _policy.Assumptions[i].Ok, Formula.True, "eligibility rule");
        for (var i = 0; i < _model.OutOfScope.Count; i++) Check(_model.OutOfScope[i].Id, _policy.OutOfScope[i].Ok, _policy.Assumed, "out-of-scope case");
        for (var i = 0; i < _model.Rules.Count; i++) Check(_model.Rules[i].Id, _policy.Rules[i].Ok, _policy.Assumed, "rule");

        void Check(string id, Formula ok, Formula given, string what)
        {
            if (!_wanted(ProofCheck.NeverErrors, id)) return;
            var finding = Ask(ProofCheck.NeverErrors, id, $"a well-formed call for which the {what} {id} cannot be evaluated",
                witness => witness.Decision!.Failed.ContainsKey(id), given, !ok);
            Forbidden(ProofCheck.NeverErrors, id, finding, $"The {what} {id} can be evaluated for every well-formed call.",
                witness => $"The {what} {id} cannot be evaluated: {witness.Decision!.Failed[id]}.");
        }
    }

    private void Complete()
    {
        if (!_wanted(ProofCheck.Complete, _model.Tool)) return;
        var unmatched = _pool.And([.. _policy.Rules.Select(rule => rule.IsFalse)]);
        var finding = Ask(ProofCheck.Complete, _model.Tool, "a well-formed call that no rule decides",
            witness => witness.Decision is { IsEligible: true, Rule: "default-deny" }, _policy.Assumed, unmatched);
        if (_model.DeniesUnmatched && finding.Witness is not null)
        {
            Add(ProofCheck.Complete, _model.Tool, ProofStatus.Proved, "A call that no rule matches is denied, as the policy says it means to.", finding);
            return;
        }

        Forbidden(ProofCheck.Complete, _model.Tool, finding, "Every well-formed call is decided by a rule.",
            _ => "A well-formed call matches no rule and is denied only because of that. If that is meant, say otherwise: deny in the policy.");
    }

    /// <summary>Whether the rule ever matches, and whether it ever makes a difference. A call that shows the second shows the first.</summary>
    private void Rule(int index)
    {
        var rule = _model.Rules[index];
        if (!_wanted(ProofCheck.Decides, rule.Id) && !_wanted(ProofCheck.Reachable, rule.Id)) return;
        var matched = _policy.Rules[index].IsTrue;
        var others = Enumerable.Range(0, _model.Rules.Count).Where(other => other != index && Shadows(other, index)).Select(other => !_policy.Rules[other].IsTrue);
        var decides = Ask(ProofCheck.Decides, rule.Id, $"a well-formed call that would be decided otherwise without the rule {rule.Id}",
            witness => witness.Decision!.IsEligible && Differs(witness.Decision!, _model.Replay(witness.Input, rule.Id)), [_policy.Assumed, _policy.NoError, matched, .. others]);
        var reachable = decides.Witness is not null ? decides : Ask(ProofCheck.Reachable, rule.Id, $"a well-formed call that the rule {rule.Id} matches",
            witness => witness.Decision!.IsEligible && witness.Decision.Matched.Contains(rule.Id), _policy.Assumed, matched);
        Sought(ProofCheck.Reachable, rule.Id, reachable, $"The rule {rule.Id} can match.", $"No well-formed call matches the rule {rule.Id}: its condition contradicts itself, the schemas or the eligibility rules.");
        Sought(ProofCheck.Decides, rule.Id, decides, $"The rule {rule.Id} makes a difference.", $"The rule {rule.Id} never makes a difference: wherever it matches, another rule decides as strictly or more.");
    }

    /// <summary>Where the other rule matches too, this one makes no difference.</summary>
    private bool Shadows(int other, int index)
    {
        var (rule, by) = (_model.Rules[index], _model.Rules[other]);
        if (by.Effect != rule.Effect) return by.Effect > rule.Effect;
        return rule.Effect switch
        {
            RuleEffect.Approve => by.Covers(rule),
            // The first matching one names who takes over.
            RuleEffect.Escalate => by.EscalateTo == rule.EscalateTo || other < index,
            RuleEffect.Auto or RuleEffect.Deny => true,
        };
    }

    /// <summary>A denial that a rule asks for differs from one that only no rule prevents: it is meant.</summary>
    private static bool Differs(ReplayedDecision with, ReplayedDecision without) =>
        with.Effect != without.Effect || with.Rule == "default-deny" != (without.Rule == "default-deny") || with.EscalateTo != without.EscalateTo || !with.Requirements.Order().SequenceEqual(without.Requirements.Order());

    /// <summary>A part of a condition that is always true or always false is seldom meant; it is noted, not refused.</summary>
    private void Vacuous(List<List<(string Text, TruthValue Truth)>> atoms)
    {
        var asked = _model.Rules.SelectMany((rule, i) => atoms[i].SelectMany(atom => new[] { (rule, atom.Text, Value: "true", Formula: atom.Truth.IsTrue), (rule, atom.Text, Value: "false", Formula: atom.Truth.IsFalse) }))
            .Where(one => _wanted(ProofCheck.Vacuous, one.rule.Id)).ToList();
        var impossible = _prover.Impossible(_policy.Assumed, asked.Select(one => one.Formula)).ToHashSet();
        foreach (var (rule, text, value, formula) in asked.Where(one => impossible.Contains(one.Formula)))
        {
            var subject = $"{rule.Id}: {text}";
            var query = _prover.Query($"{_model.Tool}.{ProofCheck.Vacuous}.{rule.Id}", $"{_model.Tool}: is there a well-formed call for which {text} is {value}?", "unsat", _policy.Assumed, formula);
            _results.Add(new ProofResult(ProofCheck.Vacuous, subject, ProofStatus.Refuted, $"In the rule {rule.Id}, \"{text}\" is never {value} for a well-formed call.", null, query));
        }
    }

    private void Invariant(ModelInvariant invariant, Formula broken)
    {
        if (!_wanted(ProofCheck.Invariant, invariant.Id)) return;
        var finding = Ask(ProofCheck.Invariant, invariant.Id, $"a well-formed call whose decision breaks {(invariant.Never ? "never" : "always")}: {invariant.Condition.Source}",
            witness => witness.Decision!.IsEligible && witness.Decision.BrokenInvariants.Contains(invariant.Id), _policy.Assumed, broken);
        Forbidden(ProofCheck.Invariant, invariant.Id, finding, $"{invariant.Id} holds for every decision.", witness => $"{invariant.Id} is broken: the decision is {Show(witness.Decision!)}.");
    }

    private void Guarantee(string id, string what, Formula broken)
    {
        if (!_wanted(ProofCheck.Guarantee, id)) return;
        var finding = Ask(ProofCheck.Guarantee, id, what, witness => witness.Decision is { IsEligible: true, OutOfScope: null } decision && decision.BrokenInvariants.Contains(id), _policy.Assumed, broken);
        Forbidden(ProofCheck.Guarantee, id, finding, $"The policy keeps {id}.", witness => $"The policy breaks {id}: the decision is {Show(witness.Decision!)}.");
    }

    private Finding Ask(ProofCheck check, string subject, string comment, Func<Witness, bool> shows, params Formula[] formulas) =>
        _prover.Ask($"{_model.Tool}.{check}.{subject}", $"{_model.Tool}: is there {comment}?", 0, shows, formulas);

    /// <summary>A check that asks that something cannot happen.</summary>
    private void Forbidden(ProofCheck check, string subject, Finding finding, string holds, Func<Witness, string> breaks)
    {
        var status = finding.Answer == Answer.Unsatisfiable ? ProofStatus.Proved : finding.Witness is null ? ProofStatus.Unknown : ProofStatus.Refuted;
        Add(check, subject, status, status switch
        {
            ProofStatus.Proved => holds,
            ProofStatus.Refuted => breaks(finding.Witness!),
            ProofStatus.Unknown => Undecided(finding),
        }, finding);
    }

    /// <summary>A check that asks that something can happen.</summary>
    private void Sought(ProofCheck check, string subject, Finding finding, string can, string cannot)
    {
        if (!_wanted(check, subject)) return;
        var status = finding.Answer == Answer.Unsatisfiable ? ProofStatus.Refuted : finding.Witness is null ? ProofStatus.Unknown : ProofStatus.Proved;
        Add(check, subject, status, status switch
        {
            ProofStatus.Proved => can,
            ProofStatus.Refuted => cannot,
            ProofStatus.Unknown => Undecided(finding),
        }, finding);
    }

    private static string Undecided(Finding finding) =>
        finding.Answer == Answer.Unknown ? "Not decided: the effort allowed was used up." : $"Not decided: {finding.Reason}.";

    private void Add(ProofCheck check, string subject, ProofStatus status, string says, Finding finding) =>
        _results.Add(new ProofResult(check, subject, status, says, finding.Witness, finding.Query));

    private static string Show(ReplayedDecision decision) =>
        decision.Effect == RuleEffect.Approve ? $"approve by {People(decision.Approvals)} (rule {decision.Rule})" : $"{decision.Effect.ToString().ToLowerInvariant()} (rule {decision.Rule})";

    private static string People(int count) => count == 1 ? "1 person" : $"{count} people";

    /// <summary>The smallest boolean parts of a rule's condition, as written.</summary>
    private IEnumerable<(string Text, TruthValue Truth)> BooleanParts(ModelRule rule)
    {
        foreach (var part in Leaves(rule.When.Ast).Where(leaf => leaf is not CelLiteral))
            yield return (rule.When.Source[part.Span.Start..part.Span.End], Encoder.Condition(_policy.Space, rule.When, part));
    }

    private static IEnumerable<CelExpr> Leaves(CelExpr expr) => expr switch
    {
        CelBinary { Operator: CelBinaryOperator.And or CelBinaryOperator.Or } logic => Leaves(logic.Left).Concat(Leaves(logic.Right)),
        CelUnary { Operator: CelUnaryOperator.Not } not => Leaves(not.Operand),
        _ => [expr],
    };
}
