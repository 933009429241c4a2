using System.Runtime.InteropServices;

namespace Sallyport.Server.Tests.Crash;

/// <summary>Moments of the protocol at which a server process can end itself. Before and After mean the commit or the exchange with the system of record.</summary>
internal enum FaultPoint
{
    AcceptBefore, AcceptAfter, ApproveBefore, ApproveAfter, ClaimBefore, ClaimAfter,
    GateEntered, FirstByteBefore, RequestSent, ResponseArriving, ResponseReceived, OutcomeBefore, OutcomeAfter,
    FenceBefore, FenceAfter, ProbeBefore, ProbeAfter, SettleBefore, SettleAfter,
    HaltBefore, HaltAfter, HaltDrained, ReceiptBefore, ReceiptAfter, RecoveryBefore, RecoveryAfter,
}

/// <summary>
/// Ends this process by SIGKILL at one occurrence of one point, as a power cut would: no handler runs, nothing is flushed. Or freezes it
/// there by SIGSTOP, as a paused machine would be.
/// </summary>
internal sealed class FaultTrigger(FaultPoint point, int occurrence, int signal)
{
    private int _seen;

    internal void Hit(FaultPoint here)
    {
        if (here == point && Interlocked.Increment(ref _seen) == occurrence) Signals.Raise(signal);
    }
}

/// <summary>Signals to processes of these tests.</summary>
internal static partial class Signals
{
    internal const int Kill = 9;
    internal const int Continue = 18;
    internal const int Stop = 19;

    internal static void Send(int process, int signal)
    {
        if (SendNative(process, signal) != 0) throw new InvalidOperationException($"Signal {signal} could not be sent to process {process}.");
    }

    /// <summary>
    /// Signals the calling thread. One that is sent to the process may be taken by another thread, and this one then goes on for a while: past
    /// the very point at which it was to stop.
    /// </summary>
    internal static void Raise(int signal)
    {
        if (RaiseNative(signal) != 0) throw new InvalidOperationException($"Signal {signal} could not be raised.");
    }

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int RaiseNative(int signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendNative(int pid, int signal);
}
