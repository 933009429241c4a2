using Sallyport.Actions;
using Sallyport.Contracts.Json;
using Sallyport.Policy;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>What a candidate would do, and when that cannot be told.</summary>
public sealed class CandidateTests
{
    private static readonly Release Active = RefundBundle.Compile();
    private static readonly string[] Scopes = ["refund:issue"];

    [Theory]
    [InlineData(PolicyOutcome.Auto, CandidateOutcome.Auto, CandidateChange.Same)]
    [InlineData(PolicyOutcome.Auto, CandidateOutcome.Approve, CandidateChange.Tightened)]
    [InlineData(PolicyOutcome.Approve, CandidateOutcome.Auto, CandidateChange.Loosened)]
    [InlineData(PolicyOutcome.Escalate, CandidateOutcome.Deny, CandidateChange.Tightened)]
    [InlineData(PolicyOutcome.Deny, CandidateOutcome.Escalate, CandidateChange.Loosened)]
    [InlineData(PolicyOutcome.Deny, CandidateOutcome.Refused, CandidateChange.Tightened)]
    [InlineData(PolicyOutcome.Deny, CandidateOutcome.Unknown, CandidateChange.Unknown)]
    public void From_AnotherOutcome_IsTighterOrLooserByTheFold(PolicyOutcome was, CandidateOutcome now, CandidateChange change) =>
        Assert.Equal(change, new CandidateVerdict(now, "r", []).From(was, []));

    [Theory]
    [InlineData("1 a", "1 a", CandidateChange.Same)]
    [InlineData("1 a", "2 a", CandidateChange.Tightened)]
    [InlineData("2 a", "1 a", CandidateChange.Loosened)]
    [InlineData("1 a", "1 b", CandidateChange.OtherApprovers)]
    [InlineData("1 a", "1 a/b", CandidateChange.Loosened)]
    [InlineData("1 a/b", "1 a", CandidateChange.Tightened)]
    [InlineData("1 a -x", "1 a", CandidateChange.Loosened)]
    [InlineData("1 a", "1 a;1 b", CandidateChange.Tightened)]
    [InlineData("2 a", "1 a;1 b", CandidateChange.OtherApprovers)]
    [InlineData("1 a;1 b", "1 b;1 a", CandidateChange.Same)]
    public void From_OtherApprovers_ComparesWhoMustAgree(string was, string now, CandidateChange change) =>
        Assert.Equal(change, new CandidateVerdict(CandidateOutcome.Approve, "r", People(now)).From(PolicyOutcome.Approve, People(was)));

    [Fact]
    public void OnRecord_OfTheSameRelease_DecidesAsItDid()
    {
        foreach (var (amount, tenure, flag) in (IEnumerable<(int, int, string)>)[(100, 1000, ""), (6000, 1000, ""), (60000, 1, "vip"), (100, 1, ""), (100, 1000, "legal-hold")])
        {
            var facts = Facts(tenure, flag);
            var input = Calls.Input(Args(amount), facts);
            var decision = ProposalDecision.Decide(Active, "issue_refund", input, null);
            var bound = Active.Bindings["issue_refund"].Unbind(Active.Bindings["issue_refund"].Bind(CanonicalJson.Parse(facts)));

            var verdict = new Candidate(Active).OnRecord("issue_refund", input with { Facts = bound }, null, Scopes, Active.Bindings["issue_refund"]);

            Assert.Equal((CandidateChange.Same, decision.Rule), (verdict.From(decision.Outcome, decision.Requirements), verdict.Rule));
        }
    }

    [Fact]
    public void OnRecord_ARuleThatNeedsAnUnrecordedFact_CannotBeTold()
    {
        var candidate = Compile("facts.customer.tenure_days > 90 && size", "has(facts.customer.region) && facts.customer.region == 'eu' && size");

        var verdict = Record(candidate);

        Assert.Equal(CandidateOutcome.Unknown, verdict.Outcome);
        Assert.Contains("customer.region", verdict.Why, StringComparison.Ordinal);
        Assert.Equal(CandidateOutcome.Auto, OnFacts(candidate).Outcome);
    }

    [Theory]
    [InlineData("tools/issue-refund.yaml", "maximum: 100000000", "maximum: 50", "invalid_arguments")]
    [InlineData("tools/issue-refund.yaml", "facts.order.status != 'cancelled'", "facts.order.status != 'paid'", "order_cancelled")]
    public void Candidate_WhoseContractRefuses_IsRefused(string file, string find, string replace, string code)
    {
        var candidate = Compile(find, replace, file);

        Assert.Equal((CandidateOutcome.Refused, code), (Record(candidate).Outcome, Record(candidate).Rule));
        Assert.Equal((CandidateOutcome.Refused, code), (OnFacts(candidate).Outcome, OnFacts(candidate).Rule));
    }

    [Fact]
    public void Candidate_WithoutTheTool_IsRefused() =>
        Assert.Equal((CandidateOutcome.Refused, "unknown_tool"), (new Candidate(Active).OnFacts("grant_access", Calls.Input("{}"), null, []).Outcome, new Candidate(Active).OnFacts("grant_access", Calls.Input("{}"), null, []).Rule));

    [Fact]
    public void OnFacts_AFactThatTheActiveReleaseDoesNotRead_CannotBeToldAndOneThatDoesNotFitIsRefused()
    {
        var input = Calls.Input(Args(100), """{"order":{}}""");

        Assert.Equal(CandidateOutcome.Refused, new Candidate(Active).OnFacts("issue_refund", input, null, Scopes).Outcome);
        Assert.Equal(CandidateOutcome.Unknown, new Candidate(Active).OnFacts("issue_refund", input with { Facts = CanonicalJson.Parse("{}") }, null, Scopes).Outcome);
    }

    private static CandidateVerdict Record(Release candidate)
    {
        var binding = Active.Bindings["issue_refund"];
        var input = Calls.Input(Args(100), binding.Unbind(binding.Bind(CanonicalJson.Parse(Facts(1000, "")))).GetRawText());
        return new Candidate(candidate).OnRecord("issue_refund", input, null, Scopes, binding);
    }

    private static CandidateVerdict OnFacts(Release candidate) => new Candidate(candidate).OnFacts("issue_refund", Calls.Input(Args(100), Facts(1000, "")), null, Scopes);

    private static Release Compile(string find, string replace, string file = "policy.yaml")
    {
        var files = RefundBundle.With(file, find, replace).Texts.ToDictionary();
        files["policy.yaml"] = files["policy.yaml"].Split("# What a test starts from.")[0];
        // The contract's own examples may no longer fit a contract that was made to refuse.
        if (file.StartsWith("tools/", StringComparison.Ordinal)) files[file] = files[file].Split("examples:")[0];
        var compilation = BundleCompiler.Compile(new BundleFiles(files));
        return compilation.Release ?? throw new InvalidOperationException(string.Join("\n", compilation.Faults));
    }

    private static IReadOnlyList<ApprovalRequirement> People(string text) => [.. text.Split(';').Select(one =>
    {
        var parts = one.Split(' ');
        return new ApprovalRequirement("r", int.Parse(parts[0]), parts[1].Split('/'), parts.Length > 2 ? [parts[2][1..]] : []);
    })];

    private static string Args(int amount) => $$"""{"order_id":"ord_000001","amount_minor":{{amount}},"currency":"EUR","reason":"late"}""";

    private static string Facts(int tenure, string flag) => $$$"""
        {"order":{"id":"ord_000001","customer_id":"cus_1","region":"eu","currency":"EUR","total_minor":100000,"refunded_minor":0,"refundable_minor":100000,"status":"paid","disputed":false},
         "customer":{"id":"cus_1","region":"eu","tenure_days":{{{tenure}}},"flags":[{{{(flag.Length == 0 ? "" : $"\"{flag}\"")}}}]}}
        """;
}
