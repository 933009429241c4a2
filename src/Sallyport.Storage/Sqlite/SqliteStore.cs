using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Limits;
using Sallyport.Outbox;
using Sallyport.Passkeys;
using Sallyport.Protocol;
using Sallyport.Reporting;
using Sallyport.Storage.Sql;
using Sallyport.Workflows;

namespace Sallyport.Storage.Sqlite;

/// <summary>The embedded store: one file, one server, every operation one durable transaction.</summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private readonly SqliteDatabase _database;

    private SqliteStore(SqliteDatabase database, IdSource ids, TimeProvider time, RateLimit rates)
    {
        _database = database;
        var audit = new AuditStatements(database, ids, time);
        Audit = audit;
        Tree = new TreeStatements(database, time);
        var actions = new ActionStatements(database, audit, rates);
        Actions = actions;
        Reports = new ReportStatements(database, actions);
        Halts = new HaltStatements(database, audit, time);
        Releases = new ReleaseStatements(database, audit, time);
        var identities = new IdentityStatements(database, audit, time);
        (Identities, Sessions) = (identities, identities);
        Approvals = new ApprovalStatements(database, audit);
        Passkeys = new PasskeyStatements(database, audit);
        Outbox = new OutboxStatements(database, audit);
    }

    /// <summary>The audit log.</summary>
    public IAuditStore Audit { get; }

    /// <summary>The tree over the audit log.</summary>
    public ITreeStore Tree { get; }

    /// <summary>The action protocol.</summary>
    public IActionStore Actions { get; }

    /// <summary>Reading for reports and pages.</summary>
    public IReportStore Reports { get; }

    /// <summary>The kill switch.</summary>
    public IHaltStore Halts { get; }

    /// <summary>Releases.</summary>
    public IReleaseStore Releases { get; }

    /// <summary>Agents and people.</summary>
    public IIdentityStore Identities { get; }

    /// <summary>People's sessions.</summary>
    public ISessionStore Sessions { get; }

    /// <summary>Whom approvals were put to, and substitutes.</summary>
    public IApprovalStore Approvals { get; }

    /// <summary>People's passkeys.</summary>
    public IPasskeyStore Passkeys { get; }

    /// <summary>What is on its way to other systems.</summary>
    public IOutboxStore Outbox { get; }

    /// <summary>Completes with the reason when storage has failed and the process must end.</summary>
    public Task<Exception> Failure => _database.Failure;

    /// <summary>Opens (and on first use creates) the store in a file.</summary>
    /// <exception cref="InvalidOperationException">Another process has it open, or a newer program wrote it.</exception>
    public static async Task<SqliteStore> OpenAsync(string file, IdSource ids, TimeProvider time)
    {
        var rates = new RateLimit(time);
        var store = new SqliteStore(new SqliteDatabase(new SqliteConnections(file)), ids, time, rates);
        // The file is locked for this process alone, so every earlier one is gone and what it had claimed is nobody's.
        await store._database.WriteAsync(session => session.ExecuteAsync("delete from replica"), CancellationToken.None);
        var now = time.Now();
        foreach (var (key, at) in await ((AuditStatements)store.Audit).RecentCallsAsync(now - TimeSpan.FromMinutes(1)))
            rates.Restore(key, now - Times.FromMs(at));
        return store;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
