namespace Sallyport.Simulation.World;

/// <summary>
/// One thread for everything that happens in a world. What is ready runs in an order that the seed picks; when nothing is ready, time
/// jumps to the next thing that is due. Work that lands on another thread would not be repeatable, so it is an error.
/// </summary>
internal sealed class Scheduler(Chance chance)
{
    private readonly List<(Lane Lane, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly PriorityQueue<(Lane Lane, Action Callback), (long Due, long Order)> _due = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;
    private volatile string? _escaped;

    /// <summary>Monotonic time since the world began.</summary>
    internal TimeSpan Now { get; private set; }

    internal void Post(Lane lane, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _escaped ??= Environment.StackTrace;
            return;
        }

        if (lane.IsAlive) _ready.Add((lane, callback, state));
    }

    internal void At(TimeSpan due, Lane lane, Action callback) => _due.Enqueue((lane, callback), (due.Ticks, _order++));

    internal void After(TimeSpan delay, Lane lane, Action callback) => At(Now + delay, lane, callback);

    /// <summary>Runs until a condition holds, or nothing is left to do before a time; returns whether the condition holds.</summary>
    internal bool Run(Func<bool> until, TimeSpan upTo)
    {
        while (!until())
        {
            if (_ready.Count == 0 && !Advance(upTo)) return false;
            if (_ready.Count == 0) continue;
            var index = chance.Below(_ready.Count);
            var (lane, callback, state) = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            if (!lane.IsAlive) continue;
            lane.Run(callback, state);
            if (_escaped is { } where) throw new InvalidOperationException("Work escaped the simulated thread, so this run cannot be repeated: " + where);
        }

        return true;
    }

    private bool Advance(TimeSpan upTo)
    {
        if (!_due.TryPeek(out var next, out var at) || at.Due > upTo.Ticks)
        {
            if (upTo > Now) Now = upTo;
            return false;
        }

        _due.Dequeue();
        if (at.Due > Now.Ticks) Now = TimeSpan.FromTicks(at.Due);
        if (next.Lane.IsAlive) _ready.Add((next.Lane, static callback => ((Action)callback!)(), next.Callback));
        return true;
    }
}

/// <summary>Where work runs: the world outside, or one life of one replica. When a replica dies, its lane ends and none of its work runs again.</summary>
internal sealed class Lane(Scheduler scheduler, string name) : SynchronizationContext
{
    internal string Name => name;

    internal bool IsAlive { get; private set; } = true;

    internal void End() => IsAlive = false;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(this, d, state);

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits for its turn synchronously here.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    internal void Run(SendOrPostCallback callback, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Starts asynchronous work here, in a turn of its own.</summary>
    internal void Start(Func<Task> work) => Post(static state => _ = ((Func<Task>)state!)(), work);
}
