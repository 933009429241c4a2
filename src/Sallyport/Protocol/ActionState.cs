namespace Sallyport.Protocol;

/// <summary>States of the action protocol.</summary>
public enum ActionState
{
    /// <summary>Waits for people.</summary>
    Pending,

    /// <summary>May be claimed.</summary>
    Approved,

    /// <summary>An attempt is claimed; its request may be on its way.</summary>
    Dispatching,

    /// <summary>The effect may or may not have happened; the server is finding out.</summary>
    Unknown,

    /// <summary>The effect happened. Terminal.</summary>
    Succeeded,

    /// <summary>The effect did not happen and will not. Terminal.</summary>
    Failed,

    /// <summary>Policy or a person said no. Terminal.</summary>
    Denied,

    /// <summary>Nobody decided in time. Terminal.</summary>
    Expired,

    /// <summary>Called off before anything left. Terminal.</summary>
    Cancelled,

    /// <summary>Handed to a person. Terminal for the agent.</summary>
    Escalated,

    /// <summary>Only a draft was asked for or allowed. Terminal.</summary>
    Drafted,
}

/// <summary>The steps between states; the letters are those of the protocol's table.</summary>
public enum ActionTransition
{
    /// <summary>T1 in part: one of several approvals.</summary>
    Vote,

    /// <summary>T1: the last approval needed.</summary>
    Approve,

    /// <summary>T1v: a fact that the approval rested on moved; people are asked again.</summary>
    Void,

    /// <summary>T2: a person, or policy on fresh facts, said no.</summary>
    Deny,

    /// <summary>T0e at claim: fresh facts put the case out of scope.</summary>
    Escalate,

    /// <summary>T3: time is up.</summary>
    Expire,

    /// <summary>T4: called off; no attempt has ever left.</summary>
    Cancel,

    /// <summary>T5: an attempt is claimed; its intent is durable with the claim.</summary>
    Claim,

    /// <summary>G': the gate refused; this attempt did not leave and none ever has.</summary>
    NotSent,

    /// <summary>T6: definitive success.</summary>
    Succeed,

    /// <summary>T7: definitive refusal.</summary>
    Fail,

    /// <summary>T7, retriable: back to approved for a later attempt.</summary>
    Requeue,

    /// <summary>T8: no definitive answer.</summary>
    Doubt,

    /// <summary>T9c in part: one person's testimony where two are needed.</summary>
    Testify,

    /// <summary>The doubt has lasted longer than it may without somebody being told.</summary>
    Alarm,
}

/// <summary>The legal transitions, and nothing else moves an action.</summary>
public static class ActionProtocol
{
    private static readonly HashSet<(ActionState From, ActionTransition Step, ActionState To)> Legal =
    [
        (ActionState.Pending, ActionTransition.Vote, ActionState.Pending),
        (ActionState.Pending, ActionTransition.Approve, ActionState.Approved),
        (ActionState.Approved, ActionTransition.Void, ActionState.Pending),
        (ActionState.Pending, ActionTransition.Deny, ActionState.Denied),
        (ActionState.Approved, ActionTransition.Deny, ActionState.Denied),
        (ActionState.Approved, ActionTransition.Escalate, ActionState.Escalated),
        (ActionState.Pending, ActionTransition.Expire, ActionState.Expired),
        (ActionState.Approved, ActionTransition.Expire, ActionState.Expired),
        (ActionState.Pending, ActionTransition.Cancel, ActionState.Cancelled),
        (ActionState.Approved, ActionTransition.Cancel, ActionState.Cancelled),
        (ActionState.Approved, ActionTransition.Claim, ActionState.Dispatching),
        (ActionState.Dispatching, ActionTransition.NotSent, ActionState.Cancelled),
        (ActionState.Dispatching, ActionTransition.Succeed, ActionState.Succeeded),
        (ActionState.Dispatching, ActionTransition.Fail, ActionState.Failed),
        (ActionState.Dispatching, ActionTransition.Requeue, ActionState.Approved),
        (ActionState.Dispatching, ActionTransition.Doubt, ActionState.Unknown),
        (ActionState.Unknown, ActionTransition.Succeed, ActionState.Succeeded),
        (ActionState.Unknown, ActionTransition.Fail, ActionState.Failed),
        (ActionState.Unknown, ActionTransition.Requeue, ActionState.Approved),
        (ActionState.Unknown, ActionTransition.Testify, ActionState.Unknown),
        (ActionState.Unknown, ActionTransition.Alarm, ActionState.Unknown),
        // Sent again before the first outcome was known, and now it cannot be: the doubt stands.
        (ActionState.Approved, ActionTransition.Doubt, ActionState.Unknown),
        // An earlier attempt left and is known not to have been applied; the action then ends without effect.
        (ActionState.Approved, ActionTransition.Fail, ActionState.Failed),
        (ActionState.Pending, ActionTransition.Fail, ActionState.Failed),
    ];

    /// <summary>Every legal transition.</summary>
    public static IReadOnlyCollection<(ActionState From, ActionTransition Step, ActionState To)> Transitions => Legal;

    /// <summary>Whether a transition is legal.</summary>
    public static bool Allows(ActionState from, ActionTransition step, ActionState to) => Legal.Contains((from, step, to));

    /// <summary>Whether nothing leads out of a state.</summary>
    public static bool IsTerminal(ActionState state) => state switch
    {
        ActionState.Pending or ActionState.Approved or ActionState.Dispatching or ActionState.Unknown => false,
        ActionState.Succeeded or ActionState.Failed or ActionState.Denied or ActionState.Expired or ActionState.Cancelled
            or ActionState.Escalated or ActionState.Drafted => true,
    };
}
