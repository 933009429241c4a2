using System.Reflection;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.Tests.Crash;

/// <summary>A store that passes everything on and hits the points around what it commits.</summary>
#pragma warning disable CA1852 // The proxy is a class derived from this one at run time.
internal class FaultStore<T> : DispatchProxy
#pragma warning restore CA1852
    where T : class
{
    private T _inner = null!;
    private FaultTrigger _trigger = null!;

    internal static T Around(T inner, FaultTrigger trigger)
    {
        var proxy = Create<T, FaultStore<T>>();
        ((FaultStore<T>)(object)proxy)._inner = inner;
        ((FaultStore<T>)(object)proxy)._trigger = trigger;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (PointsOf(targetMethod!.Name, args?[0]) is not { } points) return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        _trigger.Hit(points.Before);
        var task = (Task)targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null)!;
        // Every caller waits for the returned task, so the process dies before anybody learns of the commit.
        return After.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(null, [task, _trigger, points.After]);
    }

    private static readonly MethodInfo After = typeof(FaultStore<T>).GetMethod(nameof(AfterAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static async Task<TResult> AfterAsync<TResult>(Task<TResult> commit, FaultTrigger trigger, FaultPoint after)
    {
        var result = await commit;
        trigger.Hit(after);
        return result;
    }

    private static (FaultPoint Before, FaultPoint After)? PointsOf(string method, object? intent) => (method, intent) switch
    {
        (nameof(IActionStore.AcceptAsync), _) => (FaultPoint.AcceptBefore, FaultPoint.AcceptAfter),
        (nameof(IActionStore.MoveAsync), TransitionIntent move) => PointsOf(move),
        (nameof(IHaltStore.HaltAsync), _) => (FaultPoint.HaltBefore, FaultPoint.HaltAfter),
        // Asked for once the senders are out of the gate and every process has taken the halt in.
        (nameof(IHaltStore.UnresolvedAsync), _) => (FaultPoint.HaltDrained, FaultPoint.HaltDrained),
        (nameof(IHaltStore.CompleteAsync), _) => (FaultPoint.ReceiptBefore, FaultPoint.ReceiptAfter),
        _ => null,
    };

    private static (FaultPoint Before, FaultPoint After)? PointsOf(TransitionIntent move) => (move.Before.State, move.Step) switch
    {
        (ActionState.Dispatching, ActionTransition.Doubt) when move.Leaf.Fields.ContainsKey("cause") => (FaultPoint.RecoveryBefore, FaultPoint.RecoveryAfter),
        (ActionState.Dispatching, _) => (FaultPoint.OutcomeBefore, FaultPoint.OutcomeAfter),
        (ActionState.Unknown, _) => (FaultPoint.SettleBefore, FaultPoint.SettleAfter),
        (_, ActionTransition.Claim) => (FaultPoint.ClaimBefore, FaultPoint.ClaimAfter),
        (_, ActionTransition.Approve) => (FaultPoint.ApproveBefore, FaultPoint.ApproveAfter),
        _ => null,
    };
}
