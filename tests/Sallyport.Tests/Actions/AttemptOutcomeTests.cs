using Sallyport.Actions;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tests.Workflows;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Tests.Actions;

/// <summary>From what was observed to what is claimed to be known: every observation, with and without an earlier attempt, halt and attempts left.</summary>
public sealed class AttemptOutcomeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly EffectSpec Effect = BundleCompiler.Compile(RefundBundle.With("workflow.yaml", ":", ":")).Release!.Tools["issue_refund"].Effect!;

    public static TheoryData<EffectStatus, bool, bool, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<EffectStatus, bool, bool, bool, bool>();
            foreach (var status in Enum.GetValues<EffectStatus>())
                for (var bits = 0; bits < 16; bits++) cases.Add(status, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_NeverClaimsMoreThanIsKnown(EffectStatus status, bool hadLeft, bool inDoubt, bool halted, bool lastAttempt)
    {
        var claimed = Claimed(hadLeft || inDoubt, inDoubt, lastAttempt ? Effect.MaxAttempts : 1);
        var known = AttemptOutcome.Of(claimed, Effect, new EffectOutcome(status, CanonicalJson.Parse("{}")), halted, Now);

        Assert.True(ActionProtocol.Allows(ActionState.Dispatching, known.Step, known.After.State));
        Assert.Equal(claimed.Version + 1, known.After.Version);
        switch (known.After.State)
        {
            case ActionState.Succeeded:
                Assert.Equal(EffectStatus.Applied, status);
                break;
            case ActionState.Failed:
                Assert.False(inDoubt);
                Assert.NotEqual(EffectStatus.Unknown, status);
                break;
            case ActionState.Cancelled:
                // "Nothing ever left" may only be said when nothing ever did.
                Assert.False(hadLeft || inDoubt);
                Assert.True(status is EffectStatus.NotSent or EffectStatus.Withheld);
                break;
            case ActionState.Approved:
                Assert.False(halted);
                Assert.Equal(inDoubt, known.After.InDoubt);
                Assert.True(status is EffectStatus.Withheld || !lastAttempt);
                break;
            case ActionState.Unknown:
                Assert.True(inDoubt || status == EffectStatus.Unknown);
                break;
            default:
                Assert.Fail($"{known.After.State} is no outcome of an attempt.");
                break;
        }

        var expected = known.After.State switch
        {
            ActionState.Succeeded => BudgetStep.Spend,
            ActionState.Failed or ActionState.Cancelled => BudgetStep.Release,
            _ => BudgetStep.Keep,
        };
        Assert.Equal(expected, known.Budget);
        if (status is EffectStatus.Unknown or EffectStatus.Applied or EffectStatus.Refused) Assert.True(known.After.HasLeft);
    }

    [Fact]
    public void Of_WithheldAfterTheApprovalRanOut_EndsTheAction()
    {
        var known = AttemptOutcome.Of(Claimed(false, false, 1), Effect, new EffectOutcome(EffectStatus.Withheld, default), halted: false, Now + TimeSpan.FromHours(2));
        Assert.Equal((ActionState.Cancelled, ActionTransition.NotSent), (known.After.State, known.Step));
    }

    private static ActionRecord Claimed(bool hasLeft, bool inDoubt, int attempt) => new()
    {
        Id = "act_1", Tenant = "default", Workflow = "refund", Release = "r", Tool = "issue_refund", ContractHash = "c", PolicyHash = "p", ProposerId = "agt_1", ProposerName = "bot",
        Owner = "olivia", Generation = 1, TaskId = "tsk_1", Arguments = "{}", ParamHash = "h", IdempotencyKey = "k", CreatedAt = Now, State = ActionState.Dispatching, Version = 3,
        Attempt = attempt, HasLeft = hasLeft, InDoubt = inDoubt, Decision = PolicyOutcome.Auto, Rule = "small", Facts = "{}", FactsHash = "f", ExpiresAt = Now + TimeSpan.FromHours(1), UpdatedAt = Now,
    };
}
