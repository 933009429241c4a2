namespace Sallyport.Execution;

/// <summary>
/// The last door. A sender holds a pass from the moment it is checked until its request has begun to leave; closing the gate for a scope
/// revokes the passes that have not left and waits until none is in between. After that, nothing in the scope starts.
/// </summary>
/// <remarks>
/// A thread that is frozen between its check and its send (SIGSTOP, a paused machine) defeats any in-process gate; only a fence at the
/// system of record protects against that.
/// </remarks>
/// <param name="mayLeave">
/// Whether this process may send at all: its permit is fresh and nobody pulled the local break-glass. Asked again before the first byte.
/// </param>
public sealed class EffectGate(Func<bool> mayLeave)
{
    private readonly Lock _lock = new();
    private readonly HashSet<EffectPass> _entered = [];
    private readonly Dictionary<string, string> _closings = new(StringComparer.Ordinal);

    /// <summary>Whether this process may send at all.</summary>
    public bool MayLeave => mayLeave();

    /// <summary>Enters with the scopes of an action; null when any of them is closed or nothing may leave.</summary>
    public EffectPass? TryEnter(string actionId, IReadOnlyList<string> scopes)
    {
        lock (_lock)
        {
            if (IsClosedUnlocked(scopes) || !mayLeave()) return null;
            var pass = new EffectPass(this, actionId, scopes);
            _entered.Add(pass);
            return pass;
        }
    }

    /// <summary>Whether any of the scopes is closed.</summary>
    public bool IsClosed(IReadOnlyList<string> scopes)
    {
        lock (_lock) return IsClosedUnlocked(scopes);
    }

    /// <summary>Closes a scope, revokes the passes that have not left, and completes when none of them can send any more.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="closing">Who closes it; only <see cref="Open"/> with the same name takes this closing back, so that lifting one halt cannot lift another.</param>
    public async Task CloseAsync(string scope, string closing)
    {
        List<EffectPass> inside;
        lock (_lock)
        {
            _closings[closing] = scope;
            inside = [.. _entered.Where(pass => pass.Scopes.Contains(scope, StringComparer.Ordinal))];
        }

        foreach (var pass in inside) pass.Revoke();
        foreach (var pass in inside) await pass.Decided;
    }

    /// <summary>Takes one closing back; the scope opens when no other closing covers it.</summary>
    public void Open(string closing)
    {
        lock (_lock) _closings.Remove(closing);
    }

    private bool IsClosedUnlocked(IReadOnlyList<string> scopes) => _closings.Values.Any(scopes.Contains);

    internal void Remove(EffectPass pass)
    {
        lock (_lock) _entered.Remove(pass);
    }
}
