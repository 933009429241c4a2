using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Storage.Sql;
using Sallyport.Workflows;

namespace Sallyport.Simulation.World;

/// <summary>How a call to a replica ended.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Lost">True when no answer came: the caller knows nothing.</param>
internal sealed record Reply<T>(T? Value, bool Lost) where T : class;

/// <summary>One life of one replica: the real engine, from start to death, on the world's time, store and network.</summary>
internal sealed class Replica
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private static readonly Sallyport.Audit.LogSigner Signer = new("sallyport/simulation", new byte[32]);
    private readonly Universe _universe;
    private readonly List<Action> _open = [];
    private readonly SimulatedDatabase _database;
    private readonly SteadyClock _clock;

    internal Replica(Universe universe, string name)
    {
        (_universe, Name) = (universe, name);
        Lane = new Lane(universe.Scheduler, name);
        var time = _clock = new SteadyClock(new SimulatedTime(universe.Scheduler, Lane, () => universe.ClockOffset));
        var ids = universe.Ids(time);
        Rates = new RateLimit(time);
        var database = _database = new SimulatedDatabase(universe, this);
        Audit = new AuditStatements(database, ids, time);
        Actions = new ActionStatements(database, Audit, Rates);
        Identities = new IdentityStatements(database, Audit, time);
        ReleaseStore = new ReleaseStatements(database, Audit, time);
        var halts = new HaltStatements(database, Audit, time);
        var connectors = new ConnectorSet([new BankConnector(universe, this)]);
        var permit = new ReplicaPermit(name, time);
        var cache = new CredentialCache(() => permit.IsFresh);
        var gate = new EffectGate(() => permit.IsFresh && time.IsSane);
        Renewal = new PermitRenewal(halts, gate, permit, cache, time);
        Releases = new ReleaseRegistry(ReleaseStore, PayBundle.Compiled);
        var shadows = new ShadowMode(ReleaseStore, Releases);
        Signals = new ActionSignals(Actions, time);
        var claim = new ActionClaim(Actions, Releases, connectors, permit, ids, time);
        var executor = new ActionExecutor(Actions, connectors, gate, permit, claim, (_, _) => Task.FromResult<string?>(null), Signals, time);
        Settler = new UnknownSettler(Actions, Releases, connectors, gate, Signals, time);
        Upkeep = new ActionUpkeep(Actions, executor, Settler, Signals, time);
        Pipeline = new ActionPipeline(Actions, Releases, connectors, gate, permit, executor, Signals, shadows, ids, time);
        Compensator = new Compensator(Actions, Releases, Pipeline, time);
        var asked = new ApprovalStatements(database, Audit);
        var rolls = new ApproverRoll.Reader(asked, Identities, new PeopleLinks(Identities), [], time);
        var stepUps = new StepUpCheck(new PasskeyStatements(database, Audit), Releases, time);
        Approvals = new ApprovalQueue(Actions, rolls, stepUps, new ApprovalAsker(asked, Identities, rolls, time), time);
        Cancel = new ActionCancel(Actions, Signals, time);
        KillSwitch = new Sallyport.KillSwitch.KillSwitch(halts, gate, Renewal, cache, new AttemptStopper(Actions, Releases, connectors).StopAsync, Signer, ids, time);
        Tokens = new AgentTokens(Identities, cache, ids, time);
        Halts = halts;
    }

    internal string Name { get; }

    internal Lane Lane { get; }

    internal TimeProvider Time => _clock;

    internal bool IsReady { get; private set; }

    internal RateLimit Rates { get; }

    internal AuditStatements Audit { get; }

    internal IActionStore Actions { get; }

    internal IIdentityStore Identities { get; }

    internal IReleaseStore ReleaseStore { get; }

    internal ReleaseRegistry Releases { get; }

    internal IHaltStore Halts { get; }

    internal ActionSignals Signals { get; }

    internal ActionPipeline Pipeline { get; }

    internal PermitRenewal Renewal { get; }

    internal UnknownSettler Settler { get; }

    internal ActionUpkeep Upkeep { get; }

    internal Compensator Compensator { get; }

    internal ApprovalQueue Approvals { get; }

    internal ActionCancel Cancel { get; }

    internal Sallyport.KillSwitch.KillSwitch KillSwitch { get; }

    internal AgentTokens Tokens { get; }

    internal void Say(FormattableString what) => _universe.Trace.Say(Name, what);

    /// <summary>A point at which the replica may die, and takes its time if it does not.</summary>
    internal Task PointAsync(string what, TimeSpan longest)
    {
        if (!Lane.IsAlive) return Never;
        if (_universe.Faults.DiesHere())
        {
            Say($"DIES at point {_universe.Faults.Points} ({what})");
            Die();
            return Never;
        }

        return PauseAsync(_universe.Faults.Latency(longest));
    }

    internal Task PauseAsync(TimeSpan time)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _universe.Scheduler.After(time, Lane, over.SetResult);
        return over.Task;
    }

    /// <summary>kill -9: nothing of this life runs again; what is durable or on the wire stays.</summary>
    internal void Die()
    {
        if (!Lane.IsAlive) return;
        Lane.End();
        IsReady = false;
        foreach (var lost in _open) lost();
        _open.Clear();
        _universe.Died(this);
    }

    /// <summary>The process ends by itself, because its store has failed.</summary>
    internal void EndsSoon() => _universe.Scheduler.After(_universe.Chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), _universe.Outside, Die);

    /// <summary>What a server does before its first call, then upkeep for ever.</summary>
    internal void Start() => Lane.Start(async () =>
    {
        try
        {
            if (await Audit.LastAsync(CancellationToken.None) is { } last) _clock.NotBefore(last);
            var since = Time.Now() - TimeSpan.FromMinutes(1);
            foreach (var (key, at) in await Audit.RecentCallsAsync(since)) Rates.Restore(key, Time.Now() - DateTimeOffset.FromUnixTimeMilliseconds(at));
            if (_universe.Slots == 1) await ForgetOthersAsync();
            await Releases.LoadAsync(CancellationToken.None);
            await KillSwitch.LoadAsync(CancellationToken.None);
            await Settler.DoubtAbandonedAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            Die();
            return;
        }

        Say($"is ready");
        IsReady = true;
        Lane.Start(RenewAsync);
        while (true)
        {
            try
            {
                if (_universe.QuietPause is not null) await Renewal.RenewAsync(CancellationToken.None);
                foreach (var step in await Upkeep.StartDueAsync(CancellationToken.None)) _ = ObserveAsync(step);
            }
            catch (StoreUnavailableException)
            {
                Say($"upkeep waits for the store");
            }

            await PauseAsync(_universe.UpkeepPause());
        }
    });

    /// <summary>The permit is renewed often enough, most of the time.</summary>
    private async Task RenewAsync()
    {
        while (_universe.QuietPause is null)
        {
            try
            {
                await Renewal.RenewAsync(CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                Say($"cannot renew its permit");
            }

            await PauseAsync(TimeSpan.FromSeconds(_universe.Chance.Of(0.5, 1, 2, 2, 3, 8)));
        }
    }

    /// <summary>What opening the store does where only one server can have it open: every earlier one is gone.</summary>
    private Task<int> ForgetOthersAsync() => _database.WriteAsync(session => session.ExecuteAsync("delete from replica"), CancellationToken.None);

    /// <summary>A call from outside; it is lost when the replica is not there or dies before it has answered.</summary>
    internal Task<Reply<T>> CallAsync<T>(Func<Replica, Task<T>> work) where T : class
    {
        var reply = new TaskCompletionSource<Reply<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Lose() => reply.TrySetResult(new Reply<T>(null, Lost: true));
        if (!IsReady)
        {
            Lose();
            return reply.Task;
        }

        _open.Add(Lose);
        Lane.Start(async () =>
        {
            try
            {
                await PointAsync("called", TimeSpan.FromMilliseconds(50));
                var value = await work(this);
                await PointAsync("answers", TimeSpan.FromMilliseconds(50));
                reply.TrySetResult(new Reply<T>(value, Lost: false));
            }
            catch (StoreUnavailableException)
            {
                // A 503: the caller may try again, and knows nothing about an effect.
                Lose();
            }
            catch (Exception bug) when (bug is not OperationCanceledException)
            {
                _universe.Violation("no exception", bug.ToString());
                Lose();
            }

            _open.Remove(Lose);
        });
        return reply.Task;
    }

    private async Task ObserveAsync(Task step)
    {
        try
        {
            await step;
        }
        catch (StoreUnavailableException)
        {
            Say($"a step waits for the store");
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            _universe.Violation("no exception", bug.ToString());
        }
    }
}
