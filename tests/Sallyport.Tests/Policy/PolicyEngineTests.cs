using Sallyport.Policy;

namespace Sallyport.Tests.Policy;

public sealed class PolicyEngineTests
{
    private static readonly PolicyOutcome[] Outcomes = [PolicyOutcome.Auto, PolicyOutcome.Approve, PolicyOutcome.Escalate, PolicyOutcome.Deny];
    private static readonly string[] Conditions = ["true", "false", "args.n > 5", "args.missing", "args.n"];

    [Fact]
    public void Decide_NoRule_Denies() => Assert.Equal((PolicyOutcome.Deny, "default-deny"), Outcome(Decide([], 1)));

    [Fact]
    public void Decide_AnyPairOfOutcomes_TakesTheStricter()
    {
        foreach (var a in Outcomes)
            foreach (var b in Outcomes)
                Assert.Equal(a > b ? a : b, Decide([Rule("a", "true", a), Rule("b", "true", b)], 1).Outcome);
    }

    [Fact]
    public void Decide_AnErrorBesideAnAuto_Denies() =>
        Assert.Equal((PolicyOutcome.Deny, "evaluation-error:b"), Outcome(Decide([Rule("a", "true", PolicyOutcome.Auto), Rule("b", "args.missing", PolicyOutcome.Auto)], 1)));

    [Fact]
    public void Decide_TwoApproveRules_AsksForBoth()
    {
        var decision = Decide([Rule("a", "true", PolicyOutcome.Approve, 1), Rule("b", "true", PolicyOutcome.Approve, 3), Rule("c", "true", PolicyOutcome.Auto)], 1);

        Assert.Equal(["a", "b"], decision.Requirements.Select(requirement => requirement.Rule));
        Assert.Equal(3, PolicyEngine.ApprovalsNeeded(decision));
    }

    [Theory]
    [InlineData("decision == 'auto'", true, "invariant:i")]
    [InlineData("decision != 'auto'", false, "invariant:i")]
    [InlineData("args.missing", true, "invariant:i")]
    [InlineData("approvals > 0", true, "a")]
    public void Decide_Invariant_OnlyLetsThroughWhatHolds(string condition, bool never, string rule)
    {
        var policy = new ToolPolicy([Rule("a", "true", PolicyOutcome.Auto)], [new PolicyInvariant("i", Calls.Condition(condition), never)], "h");

        Assert.Equal(rule, PolicyEngine.Decide(policy, Calls.Input("""{"n":1}""")).Rule);
    }

    [Fact]
    public void Decide_RandomRuleSets_AgreeWithTheObviousModelAndIgnoreOrder()
    {
        const int seed = 20_26;
        var random = new SplitMix(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var n = random.Below(10);
            var drawn = Enumerable.Range(0, random.Below(6)).Select(i => (Id: "r" + i, When: random.Below(Conditions.Length), Outcome: Outcomes[random.Below(4)])).ToList();
            var rules = drawn.Select(d => Rule(d.Id, Conditions[d.When], d.Outcome)).ToList();
            var expected = Model(drawn.Select(d => (d.When, d.Outcome)).ToList(), n);
            var why = $"seed {seed}, round {round}, n {n}: {string.Join("; ", drawn)}";

            Assert.True(expected == Decide(rules, n).Outcome, why);
            rules.Reverse();
            Assert.True(expected == Decide(rules, n).Outcome, "reversed, " + why);
        }
    }

    private static PolicyOutcome Model(List<(int When, PolicyOutcome Outcome)> rules, int n)
    {
        var result = (PolicyOutcome?)null;
        foreach (var (when, outcome) in rules)
        {
            if (when >= 3) return PolicyOutcome.Deny;
            if (when == 1 || (when == 2 && n <= 5)) continue;
            if (result is null || outcome > result) result = outcome;
        }

        return result ?? PolicyOutcome.Deny;
    }

    private static (PolicyOutcome Outcome, string Rule) Outcome(PolicyDecision decision) => (decision.Outcome, decision.Rule);

    private static PolicyDecision Decide(IReadOnlyList<PolicyRule> rules, int n) =>
        PolicyEngine.Decide(new ToolPolicy(rules, [], "h"), Calls.Input($$"""{"n":{{n}}}"""));

    private static PolicyRule Rule(string id, string when, PolicyOutcome outcome, int count = 1) => new(id, Calls.Condition(when), outcome,
        outcome == PolicyOutcome.Approve ? new ApprovalRequirement(id, count, ["group:a"], []) : null, outcome == PolicyOutcome.Escalate ? "team" : null);
}
