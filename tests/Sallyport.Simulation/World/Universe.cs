using Dapper;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Storage.Sql;

namespace Sallyport.Simulation.World;

/// <summary>One world: its time, store, bank, replicas and history. Everything in it follows from the seed.</summary>
internal sealed class Universe
{
    /// <summary>A secret and a name that must never be written down anywhere but in arguments and facts.</summary>
    internal const string Canary = "CANARY-Zoe-Example-4711";

    private readonly List<Replica> _replicas = [];
    private readonly List<(string Invariant, string What)> _violations = [];
    private int _lives;

    internal Universe(MemoryStore store, Chance chance, FaultPlan faults, bool traced)
    {
        (Store, Chance, Faults) = (store, chance, faults);
        Scheduler = new Scheduler(chance);
        Outside = new Lane(Scheduler, "outside");
        Trace = new Trace(traced, () => Scheduler.Now);
        Database = new DirectDatabase(store);
        var time = new SimulatedTime(Scheduler, Outside, () => TimeSpan.Zero);
        var log = new AuditStatements(Database, Ids(time), time);
        (Log, Books) = (log, new ActionStatements(Database, log, new RateLimit(time)));
    }

    internal MemoryStore Store { get; }

    internal Chance Chance { get; }

    internal FaultPlan Faults { get; }

    internal Scheduler Scheduler { get; }

    internal Lane Outside { get; }

    internal Trace Trace { get; }

    internal Bank Bank { get; } = new();

    internal History History { get; } = new();

    private DirectDatabase Database { get; }

    /// <summary>The oracle's own look into the store.</summary>
    internal IActionStore Books { get; }

    internal IAuditStore Log { get; }

    /// <summary>How long upkeep rests; null for now long, now short.</summary>
    /// <summary>How wrong the wall clock is; every server of a store has the same one.</summary>
    internal TimeSpan ClockOffset { get; set; }

    internal TimeSpan? QuietPause { get; set; }

    internal TimeSpan UpkeepPause() => QuietPause ?? TimeSpan.FromSeconds(Chance.Of(0.3, 1, 2, 5, 15, 30));

    /// <summary>How many replicas share the store.</summary>
    internal int Slots { get; init; } = 1;

    internal IReadOnlyList<(string Invariant, string What)> Violations => _violations;

    internal IReadOnlyList<Replica> Replicas => _replicas;

    /// <summary>Some replica that is there, or one that is not.</summary>
    internal Replica Any() => _replicas[Chance.Below(_replicas.Count)];

    internal IdSource Ids(TimeProvider time) => new(time, Chance.Fill);

    internal void Violation(string invariant, string what)
    {
        _violations.Add((invariant, what));
        Trace.Say("ORACLE", $"{invariant} is violated: {what}");
    }

    internal void AddReplica()
    {
        var replica = new Replica(this, $"replica {++_lives}");
        _replicas.Add(replica);
        replica.Start();
    }

    internal void Died(Replica replica)
    {
        Scheduler.After(Faults.Over ? TimeSpan.FromSeconds(1) : Chance.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)), Outside, () =>
        {
            _replicas.Remove(replica);
            AddReplica();
        });
    }

    internal Task PauseAsync(TimeSpan time)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Scheduler.After(time, Outside, over.SetResult);
        return over.Task;
    }

    /// <summary>Called after every commit.</summary>
    internal void Committed()
    {
        var (over, active) = Store.Connection.QueryFirst<(long, string)>(
            "select (select count(*) from budget where reserved + spent > case when key like '%:day:%' then @day else @task end), (select hash from release where active = 1)",
            new { day = PayBundle.DayLimit, task = PayBundle.TaskLimit });
        if (over > 0) Violation("I12", "a budget holds more than its limit");
        if (active != History.Activations[^1].Release.Hash) History.Activations.Add((Scheduler.Now, active == PayBundle.First.Hash ? PayBundle.First : PayBundle.Second));
    }

    /// <summary>The credential generation of every agent, now.</summary>
    internal IReadOnlyDictionary<string, int> Generations() =>
        Store.Connection.Query<(string Id, int Generation)>("select id, generation from agent").ToDictionary(agent => agent.Id, agent => agent.Generation);

    /// <summary>The first byte of a request leaves; what is durable at this moment is what counts.</summary>
    internal void Left(Replica replica, BankRequest request)
    {
        // I7: an earlier attempt must be known not to have been applied, and never to be.
        var earlier = Bank.Find(request.Key).Any() || Bank.Wire.Exists(other => other.Key == request.Key && !Bank.IsFenced(other));
        if (earlier && request.Mode != BankMode.Keyed) Violation("I7", $"attempt {request.Attempt} of {request.Key} leaves while an earlier one has been or can still be applied");
        var action = DirectDatabase.Now(Books.FindAsync("default", request.Key, CancellationToken.None));
        var decisions = DirectDatabase.Now(Books.DecisionsAsync("default", request.Key, CancellationToken.None));
        var intents = Store.Connection.Query<byte[]>("select leaf from audit_leaf where action_id = @key and kind = 'effect.intent'", new { key = request.Key });
        var intent = intents.Any(leaf => System.Text.Json.JsonElement.Parse(leaf).GetProperty("attempt").GetInt32() == request.Attempt);
        History.Sent.Add(new SentRequest(request, Scheduler.Now, replica.Name, action, intent, decisions));
        Trace.Say(replica.Name, $"sends {request.Tool} {request.Key[^4..]}/{request.Attempt}");
    }

    internal void Happened(BankEffect effect)
    {
        if (Bank.Find(effect.Request.Key).Count() > 1) Violation("I1", $"{effect.Request.Tool} {effect.Request.Key} took effect twice");
    }
}
