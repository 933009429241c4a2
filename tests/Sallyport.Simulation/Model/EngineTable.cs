using Sallyport.Protocol;

namespace Sallyport.Simulation.Model;

using Move = (ActionState From, ActionTransition Step, ActionState To);

/// <summary>How the model's moves are called in the engine, and the engine's steps that the model abstracts from.</summary>
public static class EngineTable
{
    /// <summary>Steps of the engine that the model has no room for, each with the reason why the model's result does not depend on it.</summary>
    public static IReadOnlyDictionary<Move, string> Abstracted { get; } = new Dictionary<Move, string>
    {
        [(ActionState.Pending, ActionTransition.Vote, ActionState.Pending)] = "the model's approval is the last one needed; the votes before it change nothing that can leave",
        [(ActionState.Approved, ActionTransition.Escalate, ActionState.Escalated)] = "ends like a denial, for another reason",
        [(ActionState.Unknown, ActionTransition.Testify, ActionState.Unknown)] = "words, until two people say the same; the model leaves people's evidence out",
        [(ActionState.Unknown, ActionTransition.Alarm, ActionState.Unknown)] = "tells somebody and moves nothing",
    };

    /// <summary>The engine's name of a move of the model.</summary>
    public static Move Of((ModelPlace From, ModelStep Step, ModelPlace To) move) => (State(move.From), Transition(move), State(move.To));

    private static ActionState State(ModelPlace place) => place switch
    {
        ModelPlace.Pending => ActionState.Pending,
        ModelPlace.Approved => ActionState.Approved,
        ModelPlace.Dispatching => ActionState.Dispatching,
        ModelPlace.Done => ActionState.Succeeded,
        ModelPlace.Unknown => ActionState.Unknown,
        ModelPlace.Denied => ActionState.Denied,
        ModelPlace.Cancelled => ActionState.Cancelled,
        ModelPlace.Failed => ActionState.Failed,
        ModelPlace.Expired => ActionState.Expired,
    };

    private static ActionTransition Transition((ModelPlace From, ModelStep Step, ModelPlace To) move) => move.Step switch
    {
        ModelStep.Approve => ActionTransition.Approve,
        ModelStep.Deny => ActionTransition.Deny,
        ModelStep.Cancel => ActionTransition.Cancel,
        ModelStep.Expire => ActionTransition.Expire,
        ModelStep.Void => ActionTransition.Void,
        ModelStep.SentAgain => ActionTransition.Requeue,
        ModelStep.Claim => ActionTransition.Claim,
        ModelStep.GateRefused => move.To == ModelPlace.Cancelled ? ActionTransition.NotSent : ActionTransition.Doubt,
        ModelStep.TimedOut or ModelStep.RecoveredAsUnknown => ActionTransition.Doubt,
        ModelStep.OutcomeRecorded or ModelStep.ProbedApplied => ActionTransition.Succeed,
        ModelStep.RefusalRecorded or ModelStep.ProbedAbsent or ModelStep.RequeuedBlindly or ModelStep.GivenUp => move.To switch
        {
            ModelPlace.Failed => ActionTransition.Fail,
            ModelPlace.Unknown => ActionTransition.Doubt,
            ModelPlace.Approved => ActionTransition.Requeue,
            ModelPlace.Pending or ModelPlace.Dispatching or ModelPlace.Done or ModelPlace.Denied or ModelPlace.Cancelled or ModelPlace.Expired
                => throw new InvalidOperationException($"{move.Step} does not lead to {move.To}."),
        },
        ModelStep.ApprovalExpires or ModelStep.ParametersChange or ModelStep.KillBegins or ModelStep.KillReturns or ModelStep.GateEntered or ModelStep.LeaseLost
            or ModelStep.RequestLeaves or ModelStep.Response or ModelStep.OutcomeLost or ModelStep.Crash or ModelStep.Restart or ModelStep.RejectedAsStale
            or ModelStep.Effect or ModelStep.LeaseExpires or ModelStep.KeyForgotten or ModelStep.FenceAdvanced or ModelStep.RefusedByTarget
            => throw new InvalidOperationException($"{move.Step} moves the action from {move.From} to {move.To}; the engine has no name for that."),
    };
}
