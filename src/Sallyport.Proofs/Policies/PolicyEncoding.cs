using System.Collections.Immutable;
using Sallyport.Cel;
using Sallyport.Proofs.Encoding;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Policies;

/// <summary>
/// A policy as formulas: the most restrictive matched rule decides; no match, and any rule that fails, is a denial.
/// </summary>
internal sealed class PolicyEncoding
{
    private readonly FormulaPool _pool;

    internal PolicyEncoding(InputSpace space, PolicyModel model)
    {
        (_pool, Space, Model) = (space.Pool, space, model);
        Assumptions = [.. model.Assumptions.Select(assumption => Encoder.Condition(space, assumption.Condition))];
        OutOfScope = [.. model.OutOfScope.Select(scope => Encoder.Condition(space, scope.Condition))];
        Rules = [.. model.Rules.Select(rule => Encoder.Condition(space, rule.When))];
        Assumed = _pool.And([.. Assumptions.Select(assumption => assumption.IsTrue)]);
        InScope = _pool.And([.. OutOfScope.Select(scope => scope.IsFalse)]);
        NoError = _pool.And([.. Rules.Select(rule => rule.Ok)]);
        var denied = Matched(RuleEffect.Deny);
        IsDenied = _pool.Or(!NoError, denied, _pool.And([.. Rules.Select(rule => !rule.IsTrue)]));
        IsEscalated = _pool.And(!IsDenied, Matched(RuleEffect.Escalate));
        IsApproved = _pool.And(!IsDenied, !IsEscalated, Matched(RuleEffect.Approve));
        IsAutomatic = _pool.And(!IsDenied, !IsEscalated, !IsApproved);
    }

    internal InputSpace Space { get; }

    internal PolicyModel Model { get; }

    internal ImmutableArray<TruthValue> Assumptions { get; }

    internal ImmutableArray<TruthValue> OutOfScope { get; }

    internal ImmutableArray<TruthValue> Rules { get; }

    /// <summary>Every assumption is true.</summary>
    internal Formula Assumed { get; }

    /// <summary>No out-of-scope case matches, and none fails.</summary>
    internal Formula InScope { get; }

    /// <summary>Every rule can be evaluated.</summary>
    internal Formula NoError { get; }

    internal Formula IsDenied { get; }

    internal Formula IsEscalated { get; }

    internal Formula IsApproved { get; }

    internal Formula IsAutomatic { get; }

    internal Formula Is(RuleEffect effect) => effect switch
    {
        RuleEffect.Auto => IsAutomatic,
        RuleEffect.Approve => IsApproved,
        RuleEffect.Escalate => IsEscalated,
        RuleEffect.Deny => IsDenied,
    };

    /// <summary>Some rule of an effect matches.</summary>
    internal Formula Matched(RuleEffect effect) => _pool.Or([.. Indexes(effect).Select(i => Rules[i].IsTrue)]);

    /// <summary>The counts that rules ask for, ascending.</summary>
    internal IReadOnlyList<int> Counts => [.. Model.Rules.Where(rule => rule.Effect == RuleEffect.Approve).Select(rule => rule.Approvals).Distinct().Order()];

    /// <summary>At least so many people must approve, given that people must.</summary>
    internal Formula NeedsAtLeast(int count) =>
        _pool.Or([.. Indexes(RuleEffect.Approve).Where(i => Model.Rules[i].Approvals >= count).Select(i => Rules[i].IsTrue)]);

    /// <summary>Exactly so many people must approve.</summary>
    internal Formula Needs(int count) => _pool.And(IsApproved, NeedsAtLeast(count), !NeedsAtLeast(count + 1));

    internal IEnumerable<int> Indexes(RuleEffect effect) => Enumerable.Range(0, Model.Rules.Count).Where(i => Model.Rules[i].Effect == effect);

    /// <summary>The invariant is broken, or cannot be evaluated, which counts the same.</summary>
    internal Formula Broken(ModelInvariant invariant)
    {
        var truth = Encoder.Condition(Space, invariant.Condition, Given());
        return invariant.Never ? !truth.IsFalse : !truth.IsTrue;
    }

    /// <summary>The call may go on with fewer people than a clause of the guarantee asks for.</summary>
    internal Formula Broken(ModelGuarantee clause)
    {
        var when = Encoder.Condition(Space, clause.When);
        return _pool.And(InScope, _pool.Or(IsAutomatic, IsApproved), _pool.Or(!when.Ok, _pool.And(when.IsTrue, clause.Approvals > 0 ? !_pool.And(IsApproved, NeedsAtLeast(clause.Approvals)) : Formula.False)));
    }

    /// <summary>The call may go on outside the guarantee's bounds.</summary>
    internal Formula BrokenBounds(NamedCondition within) =>
        _pool.And(InScope, _pool.Or(IsAutomatic, IsApproved), !Encoder.Condition(Space, within.Condition).IsTrue);

    /// <summary>No invariant is broken: what breaks one is denied, whatever the rules say.</summary>
    internal Formula KeepsInvariants() => !_pool.Or([.. Model.Invariants.Select(Broken)]);

    /// <summary>Nothing that is guaranteed is broken, as far as the policy alone goes: a phase may add approvals after it.</summary>
    internal Formula KeepsGuarantee() => !_pool.Or([.. Model.Guarantees.Select(Broken), Model.Within is { } within ? BrokenBounds(within) : Formula.False]);

    private Dictionary<string, Value> Given() => new(StringComparer.Ordinal)
    {
        ["decision"] = new TextValue(Formula.True,
            [(IsAutomatic, null, "auto"), (IsApproved, null, "approve"), (IsEscalated, null, "escalate"), (IsDenied, null, "deny")]),
        ["approvals"] = new NumberValue(Formula.True, CelTypeKind.Int,
            [(!IsApproved, LinearSum.Of(0)), .. Counts.Select(count => (Needs(count), LinearSum.Of(count)))]),
    };
}
