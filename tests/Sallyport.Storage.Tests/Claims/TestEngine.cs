using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Storage.Sqlite;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>One server process without its doors: the engine's own classes on a store, as the server puts them together.</summary>
internal sealed class TestEngine
{
    private TestEngine(SqliteStore store, ReleaseRegistry releases, IEnumerable<IConnector> connectors, IEnumerable<IApproverDirectory> directories, IdSource ids, TimeProvider time)
    {
        var set = new ConnectorSet(connectors);
        var signals = new ActionSignals(store.Actions, time);
        Permit = new ReplicaPermit(ids.Next("rep"), time);
        Gate = new EffectGate(() => Permit.IsFresh && !IsCutOff);
        Renewal = new PermitRenewal(store.Halts, Gate, Permit, new CredentialCache(), time);
        var stopper = new AttemptStopper(store.Actions, releases, set);
        KillSwitch = new KillSwitch.KillSwitch(store.Halts, Gate, Renewal, new CredentialCache(), stopper.StopAsync, new LogSigner("test", ids.Bytes(32)), ids, time);
        Executor = new ActionExecutor(store.Actions, set, Gate, Permit, new ActionClaim(store.Actions, releases, set, Permit, ids, time),
            (_, _) => Task.FromResult<string?>(null), signals, time);
        Pipeline = new ActionPipeline(store.Actions, releases, set, Gate, Permit, Executor, signals, new ShadowMode(store.Releases, releases), ids, time);
        Settler = new UnknownSettler(store.Actions, releases, set, Gate, signals, time);
        Upkeep = new ActionUpkeep(store.Actions, Executor, Settler, signals, time);
        Rolls = new ApproverRoll.Reader(store.Approvals, store.Identities, new PeopleLinks(store.Identities), directories, time);
        Asker = new ApprovalAsker(store.Approvals, store.Identities, Rolls, time);
        Approvals = new ApprovalQueue(store.Actions, Rolls, new StepUpCheck(store.Passkeys, releases, time), Asker, time);
    }

    internal ReplicaPermit Permit { get; }

    internal EffectGate Gate { get; }

    internal PermitRenewal Renewal { get; }

    internal KillSwitch.KillSwitch KillSwitch { get; }

    internal ActionExecutor Executor { get; }

    internal ActionPipeline Pipeline { get; }

    internal UnknownSettler Settler { get; }

    internal ActionUpkeep Upkeep { get; }

    internal ApproverRoll.Reader Rolls { get; }

    internal ApprovalQueue Approvals { get; }

    internal ApprovalAsker Asker { get; }

    /// <summary>True: as if the break-glass were pulled.</summary>
    internal bool IsCutOff { get; set; }

    internal static async Task<TestEngine> StartAsync(SqliteStore store, ReleaseRegistry releases, IEnumerable<IConnector> connectors, IEnumerable<IApproverDirectory> directories, IdSource ids, TimeProvider time, CancellationToken cancellation)
    {
        var engine = new TestEngine(store, releases, connectors, directories, ids, time);
        await engine.KillSwitch.LoadAsync(cancellation);
        await engine.Settler.DoubtAbandonedAsync(cancellation);
        return engine;
    }
}
