using Sallyport.Actions;
using Sallyport.Policy;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>The refund bundle's decisions, through out-of-scope cases, policy, phase and guarantee.</summary>
public sealed class RefundDecisionTests
{
    private static readonly Release Release = RefundBundle.Compile();

    [Theory]
    [InlineData(5000, 1000, "", false, PolicyOutcome.Auto, "small", 0)]
    [InlineData(5001, 1000, "", false, PolicyOutcome.Approve, "medium", 1)]
    [InlineData(50000, 1000, "", false, PolicyOutcome.Approve, "medium", 1)]
    [InlineData(50001, 1000, "", false, PolicyOutcome.Approve, "large", 2)]
    [InlineData(50001, 1, "vip", false, PolicyOutcome.Approve, "large", 2)]
    [InlineData(100, 90, "", false, PolicyOutcome.Approve, "new-customer", 1)]
    [InlineData(100, 91, "", false, PolicyOutcome.Auto, "small", 0)]
    [InlineData(100, 1000, "vip", false, PolicyOutcome.Approve, "flagged-customer", 1)]
    [InlineData(100, 1000, "legal-hold", false, PolicyOutcome.Escalate, "out-of-scope:legal-hold", 0)]
    [InlineData(100, 1000, "fraud-watch", false, PolicyOutcome.Escalate, "out-of-scope:fraud-watch", 0)]
    [InlineData(100, 1000, "", true, PolicyOutcome.Escalate, "out-of-scope:disputed-order", 0)]
    [InlineData(200000, 1000, "", false, PolicyOutcome.Deny, "guarantee:within", 0)]
    public void Decide_Refund_IsAsTheReadmeSays(int amount, int tenure, string flag, bool disputed, PolicyOutcome outcome, string rule, int approvals)
    {
        var decision = Decide(Release, amount, tenure, flag, disputed, 0.9);

        Assert.Equal((outcome, rule, approvals), (decision.Outcome, decision.Rule, PolicyEngine.ApprovalsNeeded(decision)));
        Assert.DoesNotContain(decision.Trace, entry => entry.Error is not null);
    }

    [Theory]
    [InlineData(0.59, PolicyOutcome.Escalate)]
    [InlineData(0.6, PolicyOutcome.Auto)]
    [InlineData(null, PolicyOutcome.Auto)]
    public void Decide_Confidence_BelowTheFloorEscalates(double? confidence, PolicyOutcome expected) =>
        Assert.Equal(expected, Decide(Release, 100, 1000, "", false, confidence).Outcome);

    [Fact]
    public void Decide_ProposePhase_AsksAPersonForEverything()
    {
        var release = BundleCompiler.Compile(RefundBundle.With("workflow.yaml", "phase: limited_autonomy", "phase: propose")).Release!;

        Assert.Equal((PolicyOutcome.Approve, "phase:small"), (Decide(release, 100, 1000, "", false, 1).Outcome, Decide(release, 100, 1000, "", false, 1).Rule));
    }

    [Fact]
    public void Decide_PolicyLoosenedBelowTheGuarantee_IsDenied()
    {
        var files = RefundBundle.With("policy.yaml", "count: 2, any_of: [\"group:finance", "count: 1, any_of: [\"group:finance").Texts.ToDictionary();
        files["policy.yaml"] = files["policy.yaml"].Replace("args.amount_minor > 50000 && approvals < 2", "false", StringComparison.Ordinal);
        var release = BundleCompiler.Compile(new BundleFiles(files)).Release!;

        Assert.Equal("guarantee:approval", Decide(release, 60000, 1000, "", false, 1).Rule);
    }

    private static PolicyDecision Decide(Release release, int amount, int tenure, string flag, bool disputed, double? confidence) => ProposalDecision.Decide(
        release, "issue_refund",
        Calls.Input($$"""{"order_id":"ord_000001","amount_minor":{{amount}},"currency":"EUR","reason":"late"}""",
            $$$"""
            {"order":{"id":"ord_000001","customer_id":"cus_000001","region":"eu","currency":"EUR","total_minor":100000,"refunded_minor":0,
             "refundable_minor":{{{(disputed ? 0 : 100000)}}},"status":"paid","disputed":{{{(disputed ? "true" : "false")}}}},
             "customer":{"id":"cus_000001","tenure_days":{{{tenure}}},"flags":[{{{(flag.Length == 0 ? "" : $"\"{flag}\"")}}}]}}
            """), confidence);
}
