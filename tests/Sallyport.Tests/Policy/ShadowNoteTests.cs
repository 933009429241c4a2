using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>Whatever a candidate in the shadow does, the call goes on with the decision that it had.</summary>
public sealed class ShadowNoteTests
{
    private static readonly Release Active = RefundBundle.Compile();

    [Fact]
    public void Of_ACandidateThatThrows_IsANoteOfTheFailureAndTheDecisionStands()
    {
        var call = Call();
        var before = call.Decision;
        var broken = new Release { Hash = "sha256:broken", Files = Active.Files, Manifest = null!, Tools = Active.Tools, Policies = Active.Policies, Bindings = Active.Bindings };

        var note = ShadowNote.Of(broken, call)!;

        Assert.Equal(("sha256:broken", "auto", "unknown", CandidateChange.Unknown), (note.Release, note.Active, note.Candidate, note.Change));
        Assert.Contains("failed", note.Why, StringComparison.Ordinal);
        Assert.Same(before, call.Decision);
    }

    [Fact]
    public void Of_NoCandidate_IsNothing() => Assert.Null(ShadowNote.Of(null, Call()));

    [Fact]
    public void In_APayload_IsReadBackAsItWasWritten()
    {
        foreach (var note in (ShadowNote[])[ShadowNote.Of(Active, Call())!, new ShadowNote("sha256:r", "auto", "refused", CandidateChange.Tightened, "unknown_tool", "It has no such tool.")])
        {
            var payload = CanonicalJson.Parse(JsonSerializer.Serialize(new { shadow = note.ToJson() }));

            Assert.Equal(note, ShadowNote.In(payload));
        }

        Assert.Null(ShadowNote.In(CanonicalJson.Parse("{}")));
    }

    private static ProposalContext Call()
    {
        var arguments = CanonicalJson.Parse("""{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late"}""");
        var proposer = new Proposer("agt_1", "default", "bot", "olivia", "refund", ["refund:issue"], 1, IsPerson: false);
        var input = Active.Tests.Given["issue_refund"];
        return new ProposalContext(new Proposal(proposer, "issue_refund", new ActionCall(arguments, "tsk_1"), null, "rest", TimeSpan.Zero), "act_1", 0)
        {
            Release = Active, Contract = Active.Tools["issue_refund"], Input = input, Decision = PolicyEngine.Decide(Active.Policies["issue_refund"], input),
        };
    }
}
