using Sallyport.Protocol;

namespace Sallyport.Tests.Execution;

public sealed class ActionProtocolTests
{
    /// <summary>An action is accepted into one of these.</summary>
    private static readonly ActionState[] Starts =
        [ActionState.Pending, ActionState.Approved, ActionState.Denied, ActionState.Escalated, ActionState.Drafted];

    [Fact]
    public void Terminal_State_HasNoExitAndEveryOtherHasOne()
    {
        foreach (var state in Enum.GetValues<ActionState>())
            Assert.Equal(ActionProtocol.IsTerminal(state), ActionProtocol.Transitions.All(transition => transition.From != state));
    }

    [Fact]
    public void State_Each_IsReachable()
    {
        var reached = Starts.ToHashSet();
        while (ActionProtocol.Transitions.Any(t => reached.Contains(t.From) && reached.Add(t.To)))
        {
        }

        Assert.Equal(Enum.GetValues<ActionState>().Order(), reached.Order());
    }

    [Fact]
    public void Cancelled_AfterDoubt_IsNotReachable()
    {
        Assert.DoesNotContain(ActionProtocol.Transitions, t => t.From == ActionState.Unknown && t.To == ActionState.Cancelled);
        Assert.False(ActionProtocol.Allows(ActionState.Pending, ActionTransition.Claim, ActionState.Dispatching));
        Assert.True(ActionProtocol.Allows(ActionState.Approved, ActionTransition.Claim, ActionState.Dispatching));
    }
}
