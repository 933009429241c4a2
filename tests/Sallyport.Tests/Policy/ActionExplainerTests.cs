using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Limits;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>The pure part of an explanation: recomputed from a record, loud about what does not fit, silent about what is sensitive.</summary>
public sealed class ActionExplainerTests
{
    private const string Secret = "Rosalind Example";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly AgentTask Task = new("tsk_1", "default", "agt_1", "refund", "r", "ticket", """{"ticket_id":"T-1","order_id":"ord_000001","message":"Rosalind Example writes"}""", 0, false, Now);

    private static readonly Release Release = BundleCompiler.Compile(RefundBundle.With("policy.yaml", "when: \"args.amount_minor > 50000\"",
        "when: \"args.amount_minor > 50000 || (has(facts.customer.name) && facts.customer.name == 'x') || task.input.message == 'x'\"")).Release!;

    [Fact]
    public void Explain_OfAFaithfulRecord_ShowsEveryRuleWithItsLeavesAndHidesWhatIsSensitive()
    {
        var explained = Explain(Record());

        Assert.True(explained.Faithful, string.Join("\n", explained.Discrepancies));
        Assert.Equal(["small", "new-customer", "flagged-customer", "medium", "large", "legal-hold", "fraud-watch"], explained.Rules.Select(rule => rule.Rule));
        Assert.Equal(("medium", true), (explained.Rules.Single(rule => rule.Decided).Rule, explained.Rules.Single(rule => rule.Decided).Matched));
        var atom = explained.Rules.Single(rule => rule.Rule == "medium").Condition.Atoms[0];
        Assert.Equal(("args.amount_minor > 5000", true, "args.amount_minor", 32_000), (atom.Text, atom.Value, atom.Reads[0].Path, atom.Reads[0].Value!.Value.GetInt32()));
        Assert.All(explained.Invariants, invariant => Assert.True(invariant.Holds));
        Assert.Equal([true, false], explained.Guarantee!.Approval.Select(clause => clause.Applies));
        var json = JsonSerializer.Serialize(explained, WireJson.Options);
        Assert.DoesNotContain(Secret, json, StringComparison.Ordinal);
        Assert.Contains("[redacted]", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Twice_GivesTheSameBytes() =>
        Assert.Equal(JsonSerializer.Serialize(Explain(Record()), WireJson.Options), JsonSerializer.Serialize(Explain(Record()), WireJson.Options));

    public static TheoryData<string, string> Tampering => new()
    {
        { "facts", "facts were changed" }, { "facts and hash", "changed outside the log" }, { "arguments", "arguments were changed" }, { "rule", "rule medium decides" },
        { "decision", "the decision is approve" }, { "requirements", "must approve" }, { "policy", "The policy in the release" }, { "release", "The log says release" }, { "no log", "holds no entry" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void Explain_OfARecordThatWasChanged_SaysWhatDoesNotFit(string what, string said)
    {
        var record = Record();
        var leaves = Leaves(record);
        var facts = record.Facts.Replace("\"customer.tenure_days\":1000", "\"customer.tenure_days\":2000", StringComparison.Ordinal);
        var changed = what switch
        {
            "facts" => record with { Facts = facts },
            "facts and hash" => record with { Facts = facts, FactsHash = CanonicalJson.Digest(CanonicalJson.Parse(facts)) },
            "arguments" => record with { Arguments = record.Arguments.Replace("32000", "32001", StringComparison.Ordinal) },
            "rule" => record with { Rule = "small" },
            "decision" => record with { Decision = PolicyOutcome.Auto },
            "requirements" => record with { Requirements = [record.Requirements[0] with { Count = 2 }] },
            "policy" => record with { PolicyHash = "sha256:0" },
            "release" => record with { Release = "sha256:0" },
            _ => record,
        };

        var explained = Explain(changed, what == "no log" ? new RecordedLeaves(null, null, null) : leaves);

        Assert.False(explained.Faithful);
        Assert.Contains(explained.Discrepancies, discrepancy => discrepancy.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_OfALowConfidence_IsFaithfulAndShowsTheFloor()
    {
        var record = Record() with { Confidence = 0.5, Decision = PolicyOutcome.Escalate, Rule = "low-confidence", Requirements = [], State = ActionState.Escalated };

        Assert.True(Explain(record).Faithful);
        Assert.False(Explain(record with { Confidence = 0.9 }).Faithful);
    }

    private static ActionRecord Record()
    {
        var arguments = CanonicalJson.ToText(CanonicalJson.Parse("""{"order_id":"ord_000001","amount_minor":32000,"currency":"EUR","reason":"late"}"""));
        var facts = CanonicalJson.Parse($$$"""
            {"order":{"id":"ord_000001","customer_id":"cus_1","region":"eu","currency":"EUR","total_minor":100000,"refunded_minor":0,"refundable_minor":100000,"status":"paid","disputed":false},
             "customer":{"id":"cus_1","name":"{{{Secret}}}","tenure_days":1000,"flags":[]}}
            """);
        var (contract, binding) = (Release.Tools["issue_refund"], Release.Bindings["issue_refund"]);
        return new ActionRecord
        {
            Id = "act_1", Tenant = "default", Workflow = "refund", Release = Release.Hash, Tool = "issue_refund", ContractHash = contract.Hash, PolicyHash = Release.Policies["issue_refund"].Hash,
            ProposerId = "agt_1", ProposerName = "bot", Owner = "olivia", Generation = 1, TaskId = "tsk_1", Arguments = arguments,
            ParamHash = ProposalContext.HashOf("default", "agt_1", "issue_refund", contract.Hash, false, null, CanonicalJson.Parse(arguments)), IdempotencyKey = "key-0000000000000001",
            CreatedAt = Now, State = ActionState.Pending, Version = 1, Decision = PolicyOutcome.Approve, Rule = "medium",
            Requirements = [new ApprovalRequirement("medium", 1, ["group:support-leads"], ["requester"])], ApprovalId = "apr_1",
            Facts = CanonicalJson.ToText(binding.Bind(facts)), FactsHash = binding.Digest(facts), ExpiresAt = Now, UpdatedAt = Now,
        };
    }

    private static RecordedLeaves Leaves(ActionRecord record)
    {
        var entry = AuditEntry.Seal(TransitionLeaf.Make("action.accepted", "agent:agt_1", null, record), "default", Now, count => new byte[count]);
        return RecordedLeaves.Of([new StoredEntry(0, Now, "action.accepted", record.Id, record.TaskId, "agent:agt_1", entry.Leaf, entry.LeafHash, null, null)]);
    }

    private static ExplanationView Explain(ActionRecord record, RecordedLeaves? leaves = null)
    {
        var input = RecordedInput.Of(record, Release.Bindings["issue_refund"], Task);
        return ActionExplainer.Explain(Release, record, input, RecordedInput.Shown(input, Release.Tools["issue_refund"], Release.Manifest, Task), leaves ?? Leaves(record));
    }
}
