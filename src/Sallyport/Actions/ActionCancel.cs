using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>T4: the proposer calls an action off before anything has left.</summary>
public sealed class ActionCancel(IActionStore store, ActionSignals signals, TimeProvider time)
{
    /// <summary>Cancels, or says why not.</summary>
    public async Task<(ActionRecord Action, Refusal? Refusal)> CancelAsync(ActionRecord action, Proposer by, CancellationToken cancellation)
    {
        while (action.State is ActionState.Pending or ActionState.Approved && !action.HasLeft)
        {
            var after = action with
            {
                State = ActionState.Cancelled, Version = action.Version + 1, UpdatedAt = time.Now(),
                ErrorCode = ErrorCatalogue.Cancelled.Code, ErrorDetail = "The proposer called it off.",
            };
            var leaf = TransitionLeaf.Make("action.cancelled", by.Actor, action.State, after);
            if (await store.MoveAsync(new TransitionIntent(ActionTransition.Cancel, action, after, leaf, BudgetStep.Release), cancellation) == TransitionOutcome.Done)
            {
                signals.Changed(after);
                return (after, null);
            }

            action = await store.FindAsync(action.Tenant, action.Id, cancellation) ?? action;
        }

        return (action, new Refusal(ErrorCatalogue.NotCancellable, $"The action is {Contracts.Wire.WireName.Of(action.State)}.", ActionId: action.Id));
    }
}
