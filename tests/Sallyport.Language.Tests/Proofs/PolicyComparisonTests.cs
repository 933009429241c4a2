using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>How versions of a policy, and of its contract, relate.</summary>
public sealed class PolicyComparisonTests
{
    [Fact]
    public void Compare_HigherLimit_IsLoosenedWithTheFirstCallThatGetsFurther()
    {
        var report = PolicyComparison.Run(Limit(50).Model, Limit(75).Model);

        Assert.Equal(PolicyVerdict.Loosened, report.Verdict);
        var cell = Assert.Single(report.Cells, cell => cell.Before == "approve 1" && cell.After == "auto");
        Assert.Contains(KeyValuePair.Create("args.amount", "51"), cell.Witness!.Mentioned);
        Assert.Equal(("approve", "auto"), (Name(cell.Witness.Before!), Name(cell.Witness.Decision!)));
    }

    [Fact]
    public void Compare_LowerLimit_IsTightened() => Assert.Equal(PolicyVerdict.Tightened, PolicyComparison.Run(Limit(75).Model, Limit(50).Model).Verdict);

    [Fact]
    public void Compare_TheSameInOtherWords_IsEquivalent()
    {
        var other = new TestPolicy().Rule("b", "!(args.amount < 51)", RuleEffect.Approve).Rule("a", "args.amount < 51 && args.amount >= 0", RuleEffect.Auto);
        var report = PolicyComparison.Run(Limit(50).Model, other.Model);

        Assert.Equal((PolicyVerdict.Equivalent, 0), (report.Verdict, report.Cells.Count));
        Assert.All(report.Queries, query => Assert.Equal("unsat", query.Answer));
    }

    [Fact]
    public void Compare_FewerApprovers_IsLoosened()
    {
        var report = PolicyComparison.Run(People(2, "group:leads").Model, People(1, "group:leads").Model);
        Assert.Equal(PolicyVerdict.Loosened, report.Verdict);
        Assert.Contains(report.Cells, cell => cell is { Before: "approve 2", After: "approve 1" });
    }

    [Fact]
    public void Compare_AsManyOtherPeople_CountsAsLoosened() =>
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(People(2, "group:finance").Model, People(2, "group:interns").Model).Verdict);

    [Fact]
    public void Compare_FewerGroupsToChooseFrom_IsTightenedAndTheReverseLoosened()
    {
        var (wide, narrow) = (People(1, "group:leads", "group:finance"), People(1, "group:leads"));
        Assert.Equal(PolicyVerdict.Tightened, PolicyComparison.Run(wide.Model, narrow.Model).Verdict);
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(narrow.Model, wide.Model).Verdict);
    }

    [Fact]
    public void Compare_MorePeopleOfTheSameGroup_IsTightened() =>
        Assert.Equal(PolicyVerdict.Tightened, PolicyComparison.Run(People(1, "group:leads").Model, People(2, "group:leads").Model).Verdict);

    [Fact]
    public void Compare_RaisedMaximumOfAnArgumentThatNoRuleMentions_IsLoosened()
    {
        // Before, the contract refused such a call; no condition says anything about it.
        var wider = TestPolicy.Args.Replace("\"maximum\":50}", "\"maximum\":60}", StringComparison.Ordinal);
        var report = PolicyComparison.Run(All().Model, All(wider).Model);

        Assert.Equal(PolicyVerdict.Loosened, report.Verdict);
        Assert.Null(Assert.Single(report.Cells).Witness!.Before);
        Assert.Equal(PolicyVerdict.Tightened, PolicyComparison.Run(All(wider).Model, All().Model).Verdict);
    }

    [Fact]
    public void Compare_ArgumentNoLongerRequired_IsLoosened()
    {
        var optional = TestPolicy.Args.Replace("\"currency\",\"quota\"]", "\"quota\"]", StringComparison.Ordinal);
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(All().Model, All(optional).Model).Verdict);
    }

    [Fact]
    public void Compare_SchemaChangedInWhatFormulasDoNotSay_IsNeverCalledEquivalent()
    {
        var longer = TestPolicy.Args.Replace("\"maxLength\":80", "\"maxLength\":90", StringComparison.Ordinal);
        Assert.Equal(PolicyVerdict.Unknown, PolicyComparison.Run(All().Model, All(longer).Model).Verdict);
    }

    [Fact]
    public void Compare_DescriptionOnly_IsEquivalent()
    {
        var described = TestPolicy.Args.Replace("\"urgent\":{\"type\":\"boolean\"}", "\"urgent\":{\"type\":\"boolean\",\"description\":\"Now.\"}", StringComparison.Ordinal);
        Assert.Equal(PolicyVerdict.Equivalent, PolicyComparison.Run(All().Model, All(described).Model).Verdict);
    }

    [Fact]
    public void Compare_WordsThatMeanSomethingElseUnderAnotherSchema_AreNotTakenForTheSame()
    {
        // 7 / 2 is 3 for whole numbers and 3.5 for others; the rule reads the same.
        var number = TestPolicy.Args.Replace("\"quantity\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":50}", "\"quantity\":{\"type\":\"number\",\"minimum\":1,\"maximum\":50}", StringComparison.Ordinal);
        TestPolicy Halved(string? args) => new TestPolicy(args).Rule("half", "has(args.quantity) && {'half': args.quantity / dyn(2)}.half == dyn(3)", RuleEffect.Auto).Rule("rest", "true", RuleEffect.Auto);
        Assert.NotEqual(PolicyVerdict.Equivalent, PolicyComparison.Run(Halved(null).Model, Halved(number).Model).Verdict);
    }

    [Fact]
    public void Compare_TypeOfAPlaceChanged_IsUnknownAndSaysWhere()
    {
        var text = TestPolicy.Args.Replace("\"amount\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":100000}", "\"amount\":{\"type\":\"string\"}", StringComparison.Ordinal);
        var report = PolicyComparison.Run(Limit(50).Model, new TestPolicy(text).Rule("a", "args.amount == 'few'", RuleEffect.Auto).Model);

        Assert.Equal(PolicyVerdict.Unknown, report.Verdict);
        Assert.Contains("args.amount", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_EligibilityRuleDropped_IsLoosened()
    {
        var before = All().Assume("covered", "args.amount <= facts.order.total");
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(before.Model, All().Model).Verdict);
        Assert.Equal(PolicyVerdict.Tightened, PolicyComparison.Run(All().Model, before.Model).Verdict);
    }

    [Fact]
    public void Compare_SomebodyElseTakesOver_CountsAsLoosened()
    {
        var (legal, fraud) = (new TestPolicy().Rule("e", "true", RuleEffect.Escalate, to: "legal"), new TestPolicy().Rule("e", "true", RuleEffect.Escalate, to: "fraud"));
        Assert.Equal(PolicyVerdict.Loosened, PolicyComparison.Run(legal.Model, fraud.Model).Verdict);
    }

    private static TestPolicy Limit(int most) => new TestPolicy().Rule("a", $"args.amount <= {most}", RuleEffect.Auto).Rule("b", $"args.amount > {most}", RuleEffect.Approve);

    private static TestPolicy People(int count, params string[] who) => new TestPolicy().Rule("a", "true", RuleEffect.Approve, count, string.Join(' ', who));

    private static TestPolicy All(string? args = null) => new TestPolicy(args).Rule("a", "true", RuleEffect.Auto);

    private static string Name(ReplayedDecision decision) => decision.Effect.ToString().ToLowerInvariant();
}
