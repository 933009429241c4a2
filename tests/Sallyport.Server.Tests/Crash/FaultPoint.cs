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

/// <summary>Ends this process by SIGKILL at one occurrence of one point, as a power cut would: no handler runs, nothing is flushed.</summary>
internal sealed partial class FaultTrigger(FaultPoint point, int occurrence)
{
    private const int SigKill = 9;
    private int _seen;

    internal void Hit(FaultPoint here)
    {
        if (here == point && Interlocked.Increment(ref _seen) == occurrence && Kill(Environment.ProcessId, SigKill) != 0)
            throw new InvalidOperationException("The process could not kill itself.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
