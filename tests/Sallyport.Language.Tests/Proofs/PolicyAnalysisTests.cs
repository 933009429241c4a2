using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>What the analysis says of small policies whose answer is plain.</summary>
[Trait("req", "A0.2")]
public sealed class PolicyAnalysisTests
{
    [Fact]
    public void Invariant_OneAboveTheLimit_IsRefutedAtTheBoundary()
    {
        var result = Only(new TestPolicy().Rule("small", "args.amount <= 75", RuleEffect.Auto).Rule("large", "args.amount > 75", RuleEffect.Approve)
            .Never("guarantee", "decision == 'auto' && args.amount > 50"), ProofCheck.Invariant, "guarantee");

        Assert.Equal(ProofStatus.Refuted, result.Status);
        Assert.Contains(KeyValuePair.Create("args.amount", "51"), result.Witness!.Mentioned);
        Assert.Equal("small", result.Witness.Decision!.Rule);
    }

    [Fact]
    public void Invariant_LimitAsPromised_IsProvedWithAnUnsatisfiableQuery()
    {
        var result = Only(new TestPolicy().Rule("small", "args.amount <= 50", RuleEffect.Auto).Rule("large", "args.amount > 50", RuleEffect.Approve, 2)
            .Always("guarantee", "args.amount > 50 ? approvals >= 2 : true"), ProofCheck.Invariant, "guarantee");

        Assert.Equal((ProofStatus.Proved, "unsat", true), (result.Status, result.Query!.Answer, result.Query.IsExact.Value));
        Assert.Contains("(check-sat)", result.Query.Script.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("args.quantity > 5", "no such key")]
    [InlineData("facts.customer.score > 5", "")]
    [InlineData("args.quota > 5", "no such overload")]
    [InlineData("args.amount + 9223372036854775807 > 0", "overflow")]
    public void NeverErrors_WithoutAGuard_IsRefutedByACallThatFails(string condition, string error)
    {
        var result = Only(new TestPolicy().Rule("r", condition, RuleEffect.Auto), ProofCheck.NeverErrors, "r");

        Assert.Equal(ProofStatus.Refuted, result.Status);
        Assert.Contains(error, result.Witness!.Decision!.Failed["r"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has(args.quantity) && args.quantity > 5")]
    [InlineData("args.quota != null && args.quota > 5")]
    [InlineData("args.amount + facts.order.refunded <= facts.order.total")]
    [InlineData("!has(args.note) || args.note.matches('^[a-z]+$')")]
    [InlineData("facts.customer.flags.exists(f, f.startsWith('legal'))")]
    [InlineData("cel.bind(limit, 3 * facts.order.total, args.amount < limit)")]
    [InlineData("['EUR', 'USD'].exists(c, c == args.currency)")]
    public void NeverErrors_Guarded_IsProved(string condition) =>
        Assert.Equal(ProofStatus.Proved, Only(new TestPolicy().Rule("r", condition, RuleEffect.Auto), ProofCheck.NeverErrors, "r").Status);

    [Fact]
    public void Complete_AGapBetweenTwoRules_IsRefutedInTheGap()
    {
        var policy = new TestPolicy().Rule("small", "args.amount < 50", RuleEffect.Auto).Rule("large", "args.amount > 50", RuleEffect.Approve);
        var result = Only(policy, ProofCheck.Complete, "pay");

        Assert.Equal(ProofStatus.Refuted, result.Status);
        Assert.Contains(KeyValuePair.Create("args.amount", "50"), result.Witness!.Mentioned);
        policy.DeniesUnmatched = true;
        Assert.Equal(ProofStatus.Proved, Only(policy, ProofCheck.Complete, "pay").Status);
    }

    [Fact]
    public void Reachable_ConditionAgainstTheSchema_IsRefuted() =>
        Assert.Equal(ProofStatus.Refuted, Only(new TestPolicy().Rule("never", "args.amount > 100000", RuleEffect.Deny).Rule("all", "true", RuleEffect.Auto), ProofCheck.Reachable, "never").Status);

    [Fact]
    public void Decides_RuleBehindAStricterOne_IsRefutedAlthoughItCanMatch()
    {
        var policy = new TestPolicy().Rule("auto-small", "args.amount <= 50", RuleEffect.Auto).Rule("broad", "args.amount <= 500", RuleEffect.Approve).Rule("rest", "args.amount > 500", RuleEffect.Deny);

        Assert.Equal(ProofStatus.Proved, Only(policy, ProofCheck.Reachable, "auto-small").Status);
        Assert.Equal(ProofStatus.Refuted, Only(policy, ProofCheck.Decides, "auto-small").Status);
        Assert.Equal(ProofStatus.Proved, Only(policy, ProofCheck.Decides, "broad").Status);
    }

    [Fact]
    public void Decides_TwoApprovalsOfTheSamePeople_OnlyTheLargerCountMatters()
    {
        var policy = new TestPolicy().Rule("one", "args.amount > 50", RuleEffect.Approve, 1).Rule("two", "args.amount > 50", RuleEffect.Approve, 2).Rule("rest", "args.amount <= 50", RuleEffect.Auto);

        Assert.Equal(ProofStatus.Refuted, Only(policy, ProofCheck.Decides, "one").Status);
        Assert.Equal(ProofStatus.Proved, Only(policy, ProofCheck.Decides, "two").Status);
    }

    [Fact]
    public void Vacuous_ComparisonThatTheSchemaSettles_IsNotedAndFailsNothing()
    {
        var report = PolicyAnalysis.Run(new TestPolicy().Rule("all", "args.amount >= 0 && facts.customer.tenure >= 0 || args.amount < 7", RuleEffect.Auto).Model);

        Assert.Contains(report.Results, result => result.Check == ProofCheck.Vacuous && result.Subject == "all: args.amount >= 0");
        Assert.DoesNotContain(report.Results, result => result.Check == ProofCheck.Vacuous && result.Subject.Contains("< 7", StringComparison.Ordinal));
        Assert.Equal(ProofStatus.Proved, report.Status);
    }

    [Fact]
    public void Assumption_EligibilityRule_TakesPartInTheProof()
    {
        var policy = new TestPolicy().Rule("all", "true", RuleEffect.Auto).Never("within", "decision == 'auto' && args.amount > facts.order.total");

        Assert.Equal(ProofStatus.Refuted, Only(policy, ProofCheck.Invariant, "within").Status);
        policy.Assume("covered", "args.amount <= facts.order.total");
        Assert.Equal(ProofStatus.Proved, Only(policy, ProofCheck.Invariant, "within").Status);
    }

    [Fact]
    public void Opaque_WhatTheSolverDoesNotLookInto_IsNeverProvedFalselyAndIsNamed()
    {
        // The rule can match, as some note matches the pattern; the solver does not know that, and must not say that it cannot.
        var report = PolicyAnalysis.Run(new TestPolicy().Rule("noted", "has(args.note) && args.note.matches('^z+$') && args.amount > 50", RuleEffect.Auto)
            .Rule("rest", "true", RuleEffect.Auto).Never("no-auto", "decision == 'auto' && args.amount > 50 && has(args.note) && args.note.matches('^z+$')").Model);

        Assert.Equal(ProofStatus.Unknown, report.Results.Single(result => result.Check == ProofCheck.Invariant).Status);
        Assert.Equal(ProofStatus.Unknown, report.Results.Single(result => result is { Check: ProofCheck.Reachable, Subject: "noted" }).Status);
        Assert.Contains("args.note.matches('^z+$')", report.Approximations);
    }

    [Fact]
    public void Opaque_ThatDoesNotMatter_DoesNotStandInTheWayOfAProof() =>
        Assert.Equal(ProofStatus.Proved, Only(new TestPolicy().Rule("small", "args.amount <= 50 && (!has(args.note) || args.note.matches('a+'))", RuleEffect.Auto)
            .Never("no-auto", "decision == 'auto' && args.amount > 50"), ProofCheck.Invariant, "no-auto").Status);

    [Fact]
    public void Opaque_CounterexampleThatExists_IsFoundByReplay()
    {
        // Whether the note matches is free; of the assignments tried, one with "does not match" is real.
        var result = Only(new TestPolicy().Rule("all", "!(has(args.note) && args.note.matches('^z+$'))", RuleEffect.Auto).Never("no-auto", "decision == 'auto' && args.amount > 50"), ProofCheck.Invariant, "no-auto");
        Assert.Equal(ProofStatus.Refuted, result.Status);
    }

    [Fact]
    public void List_UnnamedItem_IsAnItemThatNoConditionNames()
    {
        var policy = new TestPolicy().Rule("known", "facts.customer.flags.all(f, f in ['vip', 'hold'])", RuleEffect.Auto).Rule("hold", "'hold' in facts.customer.flags", RuleEffect.Deny)
            .Rule("unknown", "!facts.customer.flags.all(f, f in ['vip', 'hold'])", RuleEffect.Approve).Never("unknown-auto", "decision == 'auto' && facts.customer.flags.exists(f, f != 'vip')");

        Assert.Equal(ProofStatus.Proved, PolicyAnalysis.Run(policy.Model).Status);
    }

    [Theory]
    [InlineData("!facts.customer.vip")]
    [InlineData("facts.customer.vip || args.amount < 0")]
    [InlineData("facts.customer.vip ? true : true")]
    public void NeverErrors_NullWhereATruthIsNeeded_IsRefuted(string condition)
    {
        var facts = TestPolicy.Facts.Replace("\"vip\":{\"type\":\"boolean\"}", "\"vip\":{\"type\":[\"boolean\",\"null\"]}", StringComparison.Ordinal).Replace("\"flags\"]", "\"flags\",\"vip\"]", StringComparison.Ordinal);
        var result = Only(new TestPolicy(facts: facts).Rule("r", condition, RuleEffect.Auto), ProofCheck.NeverErrors, "r");

        Assert.Equal(ProofStatus.Refuted, result.Status);
        Assert.Contains(KeyValuePair.Create("facts.customer.vip", "null"), result.Witness!.Mentioned);
    }

    [Fact]
    public void Integer_WithoutBounds_CanBeTooLargeToRead()
    {
        var result = Only(new TestPolicy().Rule("r", "has(facts.customer.score) && facts.customer.score > 5", RuleEffect.Auto), ProofCheck.NeverErrors, "r");
        Assert.Equal(ProofStatus.Refuted, result.Status);
        Assert.True(decimal.Parse(result.Witness!.Mentioned.Single(pair => pair.Key == "facts.customer.score").Value, System.Globalization.CultureInfo.InvariantCulture) is > long.MaxValue or < long.MinValue);
    }

    private static ProofResult Only(TestPolicy policy, ProofCheck check, string subject) =>
        PolicyAnalysis.Run(policy.Model, wanted: (kind, id) => kind == check && id == subject || kind is ProofCheck.Reachable or ProofCheck.Decides && id == subject)
            .Results.Single(result => result.Check == check && result.Subject == subject);
}
