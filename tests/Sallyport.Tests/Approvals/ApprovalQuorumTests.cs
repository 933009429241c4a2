using Sallyport.Approvals;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Tests.Approvals;

public sealed class ApprovalQuorumTests
{
    /// <summary>
    /// Requirements: <c>count:who|who[!]</c> separated by <c>;</c>, where <c>!</c> excludes the agent's owner. Approvals: <c>person=evidence|evidence</c>
    /// with a suffix: <c>-</c> denied, <c>&lt;</c> an old round, <c>#</c> another digest, <c>@</c> another approval id.
    /// Evidence <c>who&gt;ann</c> sits in ann's place. A requirement with <c>+</c> wants a fresh sign-in, with <c>*</c> a signature; so marked
    /// answers have them. The agent is <c>agt_1</c>; its owner is olivia.
    /// </summary>
    [Theory]
    [InlineData("", "", false)]
    [InlineData("", "ann=group:a", false)]
    [InlineData("1:group:a", "", false)]
    [InlineData("1:group:a", "ann=group:a", true)]
    [InlineData("1:group:a", "ann=group:b", false)]
    [InlineData("1:group:a", "ann=", false)]
    [InlineData("1:group:a", "ann=group:A", false)]
    [InlineData("1:group:a", "ann=group:ab", false)]
    [InlineData("1:group:a|group:b", "ann=group:b", true)]
    [InlineData("1:user:ann", "ann=user:ann", true)]
    [InlineData("1:user:ann", "bob=user:bob", false)]
    [InlineData("1:group:a", "ann=group:a-", false)]
    [InlineData("1:group:a", "ann=group:a<", false)]
    [InlineData("1:group:a", "ann=group:a#", false)]
    [InlineData("1:group:a", "ann=group:a@", false)]
    [InlineData("1:group:a", "ann=group:a<;bob=group:a", true)]
    [InlineData("1:group:a", "ann=group:a#;bob=group:a", true)]
    [InlineData("1:group:a", "olivia=group:a", true)]
    [InlineData("1:group:a!", "olivia=group:a", false)]
    [InlineData("1:group:a!", "olivia=group:a;ann=group:a", true)]
    [InlineData("1:user:olivia!", "olivia=user:olivia", false)]
    [InlineData("1:group:a", "agt_1=group:a", false)]
    [InlineData("1:group:a", "agt_1=group:a;ann=group:a", true)]
    [InlineData("2:group:a", "ann=group:a", false)]
    [InlineData("2:group:a", "ann=group:a;ann=group:a", false)]
    [InlineData("2:group:a", "ann=group:a;bob=group:a", true)]
    [InlineData("2:group:a", "ann=group:a;bob=group:b", false)]
    [InlineData("2:group:a|group:b", "ann=group:a;bob=group:b", true)]
    [InlineData("2:group:a|group:b", "ann=group:a|group:b", false)]
    [InlineData("2:group:a|group:b", "ann=group:a;ann=group:b", false)]
    [InlineData("2:group:a", "ann=group:a;bob=group:a<", false)]
    [InlineData("2:group:a", "ann=group:a;bob=group:a#", false)]
    [InlineData("2:group:a", "ann=group:a;bob=group:a-", false)]
    [InlineData("2:group:a", "ann=group:a;agt_1=group:a", false)]
    [InlineData("2:group:a!", "ann=group:a;olivia=group:a", false)]
    [InlineData("2:group:a!", "ann=group:a;olivia=group:a;bob=group:a", true)]
    [InlineData("2:group:a", "ann=group:a;olivia=group:a", true)]
    [InlineData("1:group:a;1:group:b", "ann=group:a", false)]
    [InlineData("1:group:a;1:group:b", "ann=group:a;bob=group:b", true)]
    [InlineData("1:group:a;1:group:b", "ann=group:a|group:b", true)]
    [InlineData("1:group:a;2:group:b", "ann=group:a|group:b", false)]
    [InlineData("1:group:a;2:group:b", "ann=group:a|group:b;bob=group:b", true)]
    [InlineData("1:group:a!;1:group:b", "olivia=group:a|group:b", false)]
    [InlineData("1:group:a!;1:group:b", "olivia=group:b;ann=group:a", true)]
    [InlineData("1:group:a", "bob=group:a>ann", true)]
    [InlineData("2:group:a", "ann=group:a;bob=group:a>ann", false)]
    [InlineData("2:group:a", "bob=group:a>ann;cy=group:a>ann", false)]
    [InlineData("2:group:a", "bob=group:a>ann|group:a>dan;cy=group:a>ann", true)]
    [InlineData("2:group:a", "bob=group:a|group:a>ann;ann=group:a", true)]
    [InlineData("2:group:a", "bob=group:a|group:a>ann", false)]
    [InlineData("3:group:a", "bob=group:a>ann|group:a>dan;cy=group:a>ann|group:a>dan;eve=group:a>dan|group:a>ann", false)]
    [InlineData("3:group:a", "bob=group:a>ann|group:a>dan;cy=group:a>ann|group:a>fay;eve=group:a>ann", true)]
    [InlineData("1:group:a!", "olivia=group:a>ann", false)]
    [InlineData("1:group:a+", "ann=group:a", false)]
    [InlineData("1:group:a+", "ann=group:a+", true)]
    [InlineData("1:group:a+", "ann=group:a*", true)]
    [InlineData("1:group:a*", "ann=group:a+", false)]
    [InlineData("1:group:a*", "ann=group:a*", true)]
    [InlineData("2:group:a*", "ann=group:a*;bob=group:a", false)]
    [InlineData("2:group:a*", "ann=group:a*;bob=group:a;cy=group:a*", true)]
    [InlineData("1:group:a*;1:group:b", "ann=group:a*;bob=group:b", true)]
    [InlineData("1:group:a*;1:group:b", "ann=group:a|group:b", false)]
    [InlineData("3:group:a", "ann=group:a;bob=group:a;cy=group:a", true)]
    [InlineData("3:group:a", "ann=group:a;bob=group:a;ann=group:a", false)]
    public void IsMet_Approvals_AreDistinctEligiblePeopleOfThisRound(string requirements, string approvals, bool expected)
    {
        var action = Action(Requirements(requirements));
        var decisions = approvals.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(text => Decision(text, action)).ToList();

        Assert.Equal(expected, ApprovalQuorum.IsMet(action, decisions));
        decisions.Reverse();
        Assert.Equal(expected, ApprovalQuorum.IsMet(action, decisions));
    }

    private static ApprovalDecision Decision(string text, ActionRecord action)
    {
        var mark = text[^1] is '-' or '<' or '#' or '@' or '+' or '*' ? text[^1] : ' ';
        var parts = text.TrimEnd('-', '<', '#', '@', '+', '*').Split('=');
        return new ApprovalDecision(
            mark == '@' ? "apr_other" : "apr_1", mark == '<' ? action.Round - 1 : action.Round, parts[0], parts[0], mark != '-', null,
            [.. parts[1].Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Evidence)], mark == '#' ? "sha256:other" : action.StatementDigest, DateTimeOffset.UnixEpoch)
        {
            StepUp = Marked(mark),
        };
    }

    private static ApproverEvidence Evidence(string text) =>
        text.Split('>') is [var who, var seat] ? new ApproverEvidence(who, seat, "sub_1") : new ApproverEvidence(text);

    private static StepUp Marked(char mark) => mark == '*' ? StepUp.Passkey : mark == '+' ? StepUp.Fresh : StepUp.None;

    private static List<ApprovalRequirement> Requirements(string text) => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        new ApprovalRequirement("r", part[0] - '0', part[2..].TrimEnd('!', '+', '*').Split('|'), part.EndsWith('!') ? ["requester", "agent-owner"] : ["requester"]) { StepUp = Marked(part[^1]) })];

    private static ActionRecord Action(IReadOnlyList<ApprovalRequirement> requirements) => new()
    {
        Id = "act_1", Tenant = "default", Workflow = "refund", Release = "sha256:r", Tool = "issue_refund", ContractHash = "sha256:c", PolicyHash = "sha256:p",
        ProposerId = "agt_1", ProposerName = "bot", Owner = "olivia", Generation = 1, TaskId = "tsk_1", Arguments = "{}", ParamHash = "sha256:a",
        IdempotencyKey = "k", CreatedAt = DateTimeOffset.UnixEpoch, State = ActionState.Pending, Version = 1, Decision = PolicyOutcome.Approve, Rule = "r",
        Requirements = requirements, ApprovalId = "apr_1", Round = 2, Facts = "{}", FactsHash = "sha256:f", ExpiresAt = DateTimeOffset.MaxValue, UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
