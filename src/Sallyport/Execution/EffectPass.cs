namespace Sallyport.Execution;

/// <summary>One sender inside the gate. Either it leaves (the request begins to be written) or it is revoked; never both.</summary>
public sealed class EffectPass : IDisposable
{
    private readonly EffectGate _gate;
    private readonly Func<bool>? _inTime;
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _revoked = new();
    private int _state; // 0 inside, 1 left, 2 revoked

    internal EffectPass(EffectGate gate, string actionId, IReadOnlyList<string> scopes, Func<bool>? inTime) => (_gate, ActionId, Scopes, _inTime) = (gate, actionId, scopes, inTime);

    /// <summary>The action.</summary>
    public string ActionId { get; }

    /// <summary>The halt scopes that it passed under.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>Cancelled when the pass is revoked before leaving.</summary>
    public CancellationToken Revoked => _revoked.Token;

    /// <summary>Whether the request may have begun to leave.</summary>
    public bool HasLeft => Volatile.Read(ref _state) == 1;

    /// <summary>Completes once it is decided whether this sender leaves.</summary>
    internal Task Decided => _decided.Task;

    /// <summary>Called immediately before the first byte is written. False: the pass was revoked, the permit lapsed or the lease ran out; write nothing.</summary>
    public bool TryLeave()
    {
        if (!HasLeft && (!_gate.MayLeave || _inTime?.Invoke() == false)) Revoke();
        var before = Interlocked.CompareExchange(ref _state, 1, 0);
        if (before == 0) _decided.TrySetResult();
        return before is 0 or 1;
    }

    /// <summary>Leaves the gate, whatever happened.</summary>
    public void Dispose()
    {
        Interlocked.CompareExchange(ref _state, 2, 0);
        _decided.TrySetResult();
        _gate.Remove(this);
        _revoked.Dispose();
    }

    internal void Revoke()
    {
        if (Interlocked.CompareExchange(ref _state, 2, 0) != 0) return;
        _decided.TrySetResult();
        try
        {
            _revoked.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The sender finished at this very moment: it never left, which is what revoking is for.
            _decided.TrySetResult();
        }
    }
}
