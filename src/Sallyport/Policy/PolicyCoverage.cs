using Sallyport.Cel;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>How often tests have seen one rule of one tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Rule">The rule.</param>
public sealed record RuleCoverage(string Tool, string Rule)
{
    /// <summary>Tests in which its condition held.</summary>
    public int Matched { get; internal set; }

    /// <summary>Tests that it decided.</summary>
    public int Deciding { get; internal set; }
}

/// <summary>How often tests have seen one boolean leaf of a rule or invariant of one tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Owner">The rule or invariant.</param>
/// <param name="Atom">The leaf.</param>
public sealed record AtomCoverage(string Tool, string Owner, PolicyAtom Atom)
{
    /// <summary>Tests in which it was true.</summary>
    public int True { get; internal set; }

    /// <summary>Tests in which it was false.</summary>
    public int False { get; internal set; }

    /// <summary>Tests in which it could not be evaluated.</summary>
    public int Errors { get; internal set; }
}

/// <summary>What a policy's tests have shown: each rule, and each boolean leaf in both values.</summary>
public sealed class PolicyCoverage
{
    private readonly IReadOnlyDictionary<string, ToolPolicy> _policies;
    private readonly Dictionary<(string Tool, string Owner), List<AtomCoverage>> _byOwner = [];

    internal PolicyCoverage(IReadOnlyDictionary<string, ToolPolicy> policies)
    {
        _policies = policies;
        Rules = [.. Ordered(policies).SelectMany(entry => entry.Value.Rules.Select(rule => new RuleCoverage(entry.Key, rule.Id)))];
        foreach (var (tool, policy) in Ordered(policies))
        {
            foreach (var rule in policy.Rules) Add(tool, "rule " + rule.Id, rule.When, rule.Place);
            foreach (var invariant in policy.Invariants) Add(tool, "invariant " + invariant.Id, invariant.Condition, invariant.Place);
        }
    }

    /// <summary>By tool and rule.</summary>
    public IReadOnlyList<RuleCoverage> Rules { get; }

    /// <summary>By tool, rule or invariant, and leaf.</summary>
    public IEnumerable<AtomCoverage> Atoms => _byOwner.Values.SelectMany(atoms => atoms);

    /// <summary>Rules that decided some test, percent.</summary>
    public double RulePercent => Percent(Rules.Count(rule => rule.Deciding > 0), Rules.Count);

    /// <summary>Values of leaves that some test has seen, percent.</summary>
    public double BranchPercent => Percent(Atoms.Sum(atom => Math.Min(atom.True, 1) + Math.Min(atom.False, 1)), 2 * Atoms.Count());

    /// <summary>The lower of both: what a threshold is held against.</summary>
    public double Lowest => Math.Min(RulePercent, BranchPercent);

    internal void See(PolicyTest test, PolicyDecision decision)
    {
        // A case that ended before the rules were asked has shown nothing about them.
        if (decision.Trace.Count != _policies[test.Tool].Rules.Count) return;
        var deciding = decision.Rule.StartsWith("phase:", StringComparison.Ordinal) ? decision.Rule["phase:".Length..] : decision.Rule;
        foreach (var rule in Rules.Where(rule => rule.Tool == test.Tool))
        {
            if (decision.Trace.Any(entry => entry.Rule == rule.Rule && entry.Matched)) rule.Matched++;
            if (rule.Rule == deciding) rule.Deciding++;
        }

        foreach (var rule in _policies[test.Tool].Rules) Count(test.Tool, "rule " + rule.Id, test.Input);
        SeeInvariants(test.Tool, PolicyEngine.Seen(test.Input, decision));
    }

    internal void SeeInvariants(string tool, ExpressionInput seen)
    {
        foreach (var invariant in _policies[tool].Invariants) Count(tool, "invariant " + invariant.Id, seen);
    }

    private void Add(string tool, string owner, CelProgram program, SourcePlace? place) =>
        _byOwner[(tool, owner)] = [.. PolicyAtom.Of(program, place).Select(atom => new AtomCoverage(tool, owner, atom))];

    private void Count(string tool, string owner, ExpressionInput input)
    {
        foreach (var entry in _byOwner[(tool, owner)])
        {
            var value = input.Evaluate(entry.Atom.Program, entry.Atom.Expression);
            if (value.IsTrue) entry.True++;
            else if (value.Kind == CelValueKind.Bool) entry.False++;
            else entry.Errors++;
        }
    }

    private static IEnumerable<KeyValuePair<string, ToolPolicy>> Ordered(IReadOnlyDictionary<string, ToolPolicy> policies) =>
        policies.OrderBy(entry => entry.Key, StringComparer.Ordinal);

    private static double Percent(int part, int whole) => whole == 0 ? 100 : Math.Round(100.0 * part / whole, 1);
}
