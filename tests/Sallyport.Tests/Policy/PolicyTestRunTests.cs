using Sallyport.Actions;
using Sallyport.Policy;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>What a test table shows, and what it must not hide.</summary>
public sealed class PolicyTestRunTests
{
    private const string Given = """
        policy: refund
        rules:
          - { id: a, tools: [issue_refund], when: "args.amount_minor < 10 && (args.currency == 'EUR' || !facts.order.disputed)", decision: auto }
          - { id: b, tools: [issue_refund], when: "args.amount_minor >= 10", decision: approve, approvers: { count: 2, any_of: ["group:b", "group:a"], exclude: [requester] } }
          - { id: v, tools: [void_refund], when: "true", decision: deny }
        given:
          issue_refund:
            args: { order_id: ord_000001, amount_minor: 5, currency: EUR, reason: late }
            facts:
              order: { id: ord_000001, customer_id: cus_1, region: eu, currency: EUR, total_minor: 9, refunded_minor: 0, refundable_minor: 9, status: paid, disputed: false }
              customer: { id: cus_1, tenure_days: 1, flags: [] }
        tests:
        """;

    [Theory]
    [InlineData("expect: { decision: auto }", null)]
    [InlineData("expect: { decision: deny }", "decision is auto (rule a), not deny")]
    [InlineData("expect: { decision: auto, rule: b }", "rule is a, not b")]
    [InlineData("expect: { decision: auto, matched: [a, b] }", "matched is a, not a; b")]
    [InlineData("args: { amount_minor: 10 }\n    expect: { decision: approve, approvals: 1 }", "approvals is 2, not 1")]
    [InlineData("args: { amount_minor: 10 }\n    expect: { decision: approve, to: legal }", "to is nobody, not legal")]
    [InlineData("args: { amount_minor: 10 }\n    expect: { decision: approve, approvers: [{ count: 2, any_of: [\"group:a\", \"group:b\"], exclude: [requester] }] }", null)]
    [InlineData("args: { amount_minor: 10 }\n    expect: { decision: approve, approvers: [{ count: 2, any_of: [\"group:a\"], exclude: [requester] }] }",
        "approvers is 2 of group:a/group:b but requester, not 2 of group:a but requester")]
    public void Run_Expectation_FailsWithWhatWasDecidedInstead(string rest, string? failure)
    {
        var result = Assert.Single(ReleaseTests.Run(Release($"  - name: t\n    tool: issue_refund\n    {rest}\n")).Results);

        Assert.Equal(failure is null ? [] : [failure], result.Failures);
    }

    [Fact]
    public void Coverage_OneTest_SaysWhichLeafWasNeverSeenHow()
    {
        var coverage = ReleaseTests.Run(Release("  - name: t\n    tool: issue_refund\n    expect: { decision: auto }\n")).Coverage;

        Assert.Equal([("issue_refund", "a", 1, 1), ("issue_refund", "b", 0, 0), ("void_refund", "v", 0, 0)], coverage.Rules.Select(rule => (rule.Tool, rule.Rule, rule.Matched, rule.Deciding)));
        Assert.Equal(
            [("args.amount_minor < 10", 1, 0), ("args.currency == 'EUR'", 1, 0), ("facts.order.disputed", 0, 1), ("args.amount_minor >= 10", 0, 1)],
            coverage.Atoms.Select(atom => (atom.Atom.Text, atom.True, atom.False)));
        Assert.Equal((33.3, 50), (coverage.RulePercent, coverage.BranchPercent));
    }

    [Fact]
    public void Atoms_OfARule_StandWhereTheFileHasThem()
    {
        var release = Release("  - name: t\n    tool: issue_refund\n    expect: { decision: auto }\n");
        var lines = release.Files["policy.yaml"]!.Split('\n');

        foreach (var atom in release.Policies["issue_refund"].Rules.SelectMany(rule => PolicyAtom.Of(rule.When, rule.Place)))
            Assert.StartsWith(atom.Text, lines[atom.Place!.Line - 1][(atom.Place.Column - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Boundaries_OfEveryKindOfLeaf_AreTriedAtAndAroundIt()
    {
        var boundaries = Assert.Single(ReleaseTests.Boundaries(Release("  - name: At the bound\n    tool: issue_refund\n    args: { amount_minor: 10 }\n    expect: { decision: approve }\n"), BoundaryCombination.One));

        Assert.Equal(
            ["", "args.amount_minor = 9", "args.amount_minor = 10", "args.amount_minor = 11", "args.currency = \"USD\"", "facts.order.disputed = true"],
            boundaries.Cases.Select(entry => string.Join(", ", entry.Changes)));
        Assert.Equal("At the bound", boundaries.Cases.Single(entry => entry.Test is not null).Test);
        Assert.Equal([PolicyOutcome.Auto, PolicyOutcome.Auto, PolicyOutcome.Approve, PolicyOutcome.Approve, PolicyOutcome.Auto, PolicyOutcome.Auto], boundaries.Cases.Select(entry => entry.Decision.Outcome));
    }

    [Theory]
    [InlineData("size(facts.customer.flags) > 1", "facts.customer.flags = [\"other-1\"]", "facts.customer.flags = [\"other-1\",\"other-2\"]")]
    [InlineData("facts.customer.flags.exists(f, f == 'x')", "facts.customer.flags = [\"x\"]", "facts.customer.flags = [\"other-1\"]")]
    [InlineData("'x' in facts.customer.flags", "facts.customer.flags = [\"x\"]", "facts.customer.flags = [\"other-1\"]")]
    [InlineData("has(facts.customer.name)", "facts.customer.name = \"other-1\"")]
    [InlineData("args.reason in ['late', 'duplicate']", "args.reason = \"duplicate\"", "args.reason = \"damaged\"")]
    [InlineData("args.amount_minor <= facts.order.refundable_minor", "args.amount_minor = 8", "args.amount_minor = 9", "args.amount_minor = 10")]
    [InlineData("facts.order.region.startsWith('eu')", "facts.order.region = \"us\"")]
    public void Boundaries_OfALeaf_AreItsOwn(string condition, params string[] expected)
    {
        var text = Given.Replace("args.currency == 'EUR' || !facts.order.disputed", condition, StringComparison.Ordinal).Replace("args.amount_minor < 10", "true", StringComparison.Ordinal)
            .Replace("args.amount_minor >= 10", "true", StringComparison.Ordinal);
        var cases = Assert.Single(ReleaseTests.Boundaries(Compile(text + " []\n"), BoundaryCombination.One)).Cases;

        // What the contract would refuse, such as a region that is not in its enum, is left out; so is what is given already.
        Assert.Equal(expected, cases.Skip(1).Select(entry => string.Join(", ", entry.Changes)));
    }

    [Fact]
    public void Boundaries_Combined_AreEveryCombinationOnce()
    {
        var release = Release("  - name: t\n    tool: issue_refund\n    expect: { decision: auto }\n");

        Assert.Equal(4 * 2 * 2, ReleaseTests.Boundaries(release, BoundaryCombination.All)[0].Cases.Count);
        Assert.Equal(1 + 5 + 3 + 3 + 1, ReleaseTests.Boundaries(release, BoundaryCombination.Pairs)[0].Cases.Count);
    }

    [Fact]
    public void Suggestions_PastedIntoTheTable_CompilePassAndLeaveNoBoundaryOpen()
    {
        var cases = ReleaseTests.Boundaries(Compile(Given + " []\n"), BoundaryCombination.All)[0].Cases;

        var release = Release(string.Join("", cases.Select(PolicySuggestion.Write)));

        Assert.Empty(ReleaseTests.Run(release).Results.Where(result => !result.Passed).Select(result => result.Test.Name));
        Assert.All(ReleaseTests.Boundaries(release, BoundaryCombination.All)[0].Cases, entry => Assert.NotNull(entry.Test));
    }

    [Fact]
    public void PolicyHash_ATestAdded_StaysSoThatPendingApprovalsHold()
    {
        var (before, after) = (Compile(Given + " []\n"), Release("  - name: t\n    tool: issue_refund\n    expect: { decision: auto }\n"));

        Assert.NotEqual(before.Hash, after.Hash);
        Assert.Equal(before.Policies["issue_refund"].Hash, after.Policies["issue_refund"].Hash);
    }

    private static Release Release(string tests) => Compile(Given + "\n" + tests);

    private static Release Compile(string policy)
    {
        var files = RefundBundle.With("policy.yaml", "policy", "policy").Texts.ToDictionary();
        files["policy.yaml"] = policy;
        var compilation = BundleCompiler.Compile(new BundleFiles(files));
        return compilation.Release ?? throw new InvalidOperationException(string.Join("\n", compilation.Faults));
    }
}
