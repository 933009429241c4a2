using System.Runtime.InteropServices;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Policies;

/// <summary>How far a call gets, from least to most permissive for the agent.</summary>
/// <param name="Effect">Denied (or refused before the policy), escalated, approved by people, or automatic.</param>
/// <param name="Approvals">How many people; only with <see cref="RuleEffect.Approve"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Permission(RuleEffect Effect, int Approvals = 0) : IComparable<Permission>
{
    /// <inheritdoc/>
    public int CompareTo(Permission other) =>
        Effect != other.Effect ? other.Effect.CompareTo(Effect) : other.Approvals.CompareTo(Approvals);

    /// <summary>Less permissive.</summary>
    public static bool operator <(Permission a, Permission b) => a.CompareTo(b) < 0;

    /// <summary>More permissive.</summary>
    public static bool operator >(Permission a, Permission b) => a.CompareTo(b) > 0;

    /// <summary>At most as permissive.</summary>
    public static bool operator <=(Permission a, Permission b) => a.CompareTo(b) <= 0;

    /// <summary>At least as permissive.</summary>
    public static bool operator >=(Permission a, Permission b) => a.CompareTo(b) >= 0;

    /// <summary>For example <c>approve 2</c>.</summary>
    public override string ToString() => Effect == RuleEffect.Approve ? $"approve {Approvals}" : Effect.ToString().ToLowerInvariant();

    /// <summary>What a replayed call came to; null stands for one that the contract refuses.</summary>
    internal static Permission Of(ReplayedDecision? decision) => decision switch
    {
        null or { IsEligible: false } => new(RuleEffect.Deny),
        { OutOfScope: { } scope } => new(decision.Failed.ContainsKey(scope) ? RuleEffect.Deny : RuleEffect.Escalate),
        { BrokenInvariants.Count: > 0 } => new(RuleEffect.Deny),
        _ => new(decision.Effect, decision.Effect == RuleEffect.Approve ? decision.Approvals : 0),
    };
}

/// <summary>
/// All that decides how far a call gets: the contract's schemas, eligibility, out-of-scope cases, the policy, and what it must keep, in
/// this order. What breaks an invariant or the guarantee is denied; that nothing does may be unproved.
/// </summary>
internal sealed class EffectiveDecision
{
    private readonly FormulaPool _pool;
    private readonly PolicyEncoding _policy;
    private readonly Formula _reached;
    private readonly Formula _decided;
    private readonly Formula _kept;

    /// <param name="policy">The policy.</param>
    /// <param name="kept">Nothing is broken that the decision must keep.</param>
    /// <param name="wellFormed">What a call must satisfy to be well-formed.</param>
    internal EffectiveDecision(PolicyEncoding policy, Formula kept, Formula wellFormed)
    {
        (_pool, _policy, _kept) = (policy.Space.Pool, policy, kept);
        _reached = _pool.And(wellFormed, policy.Assumed);
        _decided = _pool.And(_reached, policy.InScope, kept);
    }

    internal Formula Is(Permission permission) => permission.Effect switch
    {
        RuleEffect.Auto => _pool.And(_decided, _policy.IsAutomatic),
        RuleEffect.Approve => _pool.And(_decided, _policy.Needs(permission.Approvals)),
        RuleEffect.Escalate => _pool.Or([.. Targets.Select(target => target.Formula)]),
        RuleEffect.Deny => !_pool.Or(_pool.And(_decided, _pool.Or(_policy.IsAutomatic, _policy.IsApproved)), Is(new Permission(RuleEffect.Escalate))),
    };

    /// <summary>People must approve, however many.</summary>
    internal Formula IsApproved => _pool.And(_decided, _policy.IsApproved);

    internal Formula Matches(int rule) => _policy.Rules[rule].IsTrue;

    /// <summary>Who takes over, and when.</summary>
    internal IEnumerable<(string Target, Formula Formula)> Targets
    {
        get
        {
            // The cases are tried in order, and one that fails is a denial; then the first escalating rule that matches.
            var reached = _reached;
            for (var i = 0; i < _policy.OutOfScope.Length; i++)
            {
                yield return ("out-of-scope:" + _policy.Model.OutOfScope[i].Id, _pool.And(reached, _policy.OutOfScope[i].IsTrue));
                reached = _pool.And(reached, _policy.OutOfScope[i].IsFalse);
            }

            var earlier = _pool.And(reached, _policy.IsEscalated, _kept);
            foreach (var i in _policy.Indexes(RuleEffect.Escalate))
            {
                yield return (_policy.Model.Rules[i].EscalateTo ?? "", _pool.And(earlier, _policy.Rules[i].IsTrue));
                earlier = _pool.And(earlier, !_policy.Rules[i].IsTrue);
            }
        }
    }
}
