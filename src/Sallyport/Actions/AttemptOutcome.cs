using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Protocol;
using Sallyport.Tools;

namespace Sallyport.Actions;

/// <summary>Where an attempt's outcome leads: the transition, the action after it, the entry's kind, and what becomes of the budget.</summary>
internal sealed record AttemptOutcome(ActionTransition Step, ActionRecord After, string Kind, BudgetStep Budget)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The only place that turns what was observed into what is claimed to be known. "It did not happen" is said only of an action none of
    /// whose attempts can have happened.
    /// </summary>
    /// <param name="claimed">The action as it was claimed.</param>
    /// <param name="effect">The contract's effect.</param>
    /// <param name="outcome">What was observed.</param>
    /// <param name="halted">Whether a halt covers the action.</param>
    /// <param name="now">Now.</param>
    internal static AttemptOutcome Of(ActionRecord claimed, EffectSpec effect, EffectOutcome outcome, bool halted, DateTimeOffset now)
    {
        var next = claimed with { Version = claimed.Version + 1, UpdatedAt = now };
        return outcome.Status switch
        {
            EffectStatus.Applied => Succeeded(next, outcome),
            EffectStatus.Unknown => Doubtful(next, outcome, now),
            EffectStatus.Refused => claimed.InDoubt ? Doubtful(next, outcome, now) : Failed(next with { HasLeft = true }, ErrorCatalogue.EffectRefused, outcome),
            EffectStatus.RefusedForNow => MayRetry(claimed, effect, halted) ? Requeued(next with { HasLeft = true }, outcome, now)
                : claimed.InDoubt ? Doubtful(next, outcome, now) : Failed(next with { HasLeft = true }, ErrorCatalogue.EffectRefused, outcome),
            EffectStatus.NotSent => MayRetry(claimed, effect, halted) ? Requeued(next, outcome, now) : NotSent(next, halted, outcome, now),
            // Our own restraint says nothing about the system of record, so it uses up no attempt; time ends it.
            EffectStatus.Withheld => !halted && claimed.ExpiresAt > now ? Requeued(next, outcome, now) : NotSent(next, halted, outcome, now),
        };
    }

    private static bool MayRetry(ActionRecord claimed, EffectSpec effect, bool halted) => claimed.Attempt < effect.MaxAttempts && !halted;

    private static AttemptOutcome Succeeded(ActionRecord next, EffectOutcome outcome) => new(ActionTransition.Succeed,
        next with { State = ActionState.Succeeded, HasLeft = true, InDoubt = false, Result = CanonicalJson.ToText(outcome.Body), ErrorCode = null, ErrorDetail = null }, "effect.succeeded", BudgetStep.Spend);

    private static AttemptOutcome Doubtful(ActionRecord next, EffectOutcome outcome, DateTimeOffset now) => new(ActionTransition.Doubt,
        next with { State = ActionState.Unknown, HasLeft = true, ErrorCode = ErrorCatalogue.EffectUnknown.Code, ErrorDetail = outcome.Detail, NotBefore = now }, "effect.unknown", BudgetStep.Keep);

    private static AttemptOutcome Failed(ActionRecord next, ErrorCode code, EffectOutcome outcome) => new(ActionTransition.Fail,
        next with { State = ActionState.Failed, ErrorCode = code.Code, ErrorDetail = outcome.Detail }, "effect.failed", BudgetStep.Release);

    private static AttemptOutcome Requeued(ActionRecord next, EffectOutcome outcome, DateTimeOffset now) => new(ActionTransition.Requeue,
        next with { State = ActionState.Approved, NotBefore = now + (outcome.RetryAfter ?? RetryPause) }, "effect.requeued", BudgetStep.Keep);

    /// <summary>"Cancelled" says that nothing ever left; after an earlier attempt only "failed" is true, and while one is in doubt neither is.</summary>
    private static AttemptOutcome NotSent(ActionRecord next, bool halted, EffectOutcome outcome, DateTimeOffset now)
    {
        var code = halted ? ErrorCatalogue.Halted : ErrorCatalogue.EffectNotSent;
        if (next.InDoubt) return Doubtful(next, outcome, now);
        return next.HasLeft ? Failed(next, code, outcome) : new AttemptOutcome(ActionTransition.NotSent,
            next with { State = ActionState.Cancelled, ErrorCode = code.Code, ErrorDetail = outcome.Detail }, "effect.not_sent", BudgetStep.Release);
    }
}
