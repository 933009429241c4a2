using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sallyport.Audit;
using Sallyport.Storage.Sql;

namespace Sallyport.Storage.Sqlite;

/// <summary>What checking a store offline found.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="Nodes">Hashes of upper tiles derived again.</param>
/// <param name="Payloads">Payloads that fit their entries.</param>
/// <param name="Actions">Actions whose versions were counted against their entries.</param>
/// <param name="Checkpoints">Signed checkpoints held against the entries, the head's among them.</param>
/// <param name="Faults">Everything that is wrong.</param>
public sealed record StoreReport(long Entries, long Nodes, long Payloads, long Actions, int Checkpoints, IReadOnlyList<string> Faults);

/// <summary>
/// Derives the whole tree from the entries' bytes and compares it with everything that is stored about it. Reads only, and keeps no more in
/// memory than one path of the tree.
/// </summary>
/// <remarks>What a start checks is what was signed; this checks every byte.</remarks>
public sealed class StoreCheck
{
    private const int Page = 1_000;
    private const int MostFaults = 1_000;
    private readonly List<string> _faults = [];
    private readonly List<(MerkleRange Tile, int Width, long Next)> _levels = [];
    private readonly SortedDictionary<long, byte[]?> _rootsAt = [];
    private readonly MerkleRange _tree = new();
    private (long Entries, long Nodes, long Payloads, long Actions) _count;
    private SqlSession _session = null!;

    private StoreCheck()
    {
    }

    private sealed record LeafRow(long Seq, long At, string Kind, string? ActionId, string? TaskId, string Actor, string Tenant, byte[] Leaf, byte[] LeafHash, string? Payload, byte[]? Salt);

    /// <summary>Checks a store that no server has open.</summary>
    /// <param name="file">The database.</param>
    /// <param name="head">Its head file.</param>
    /// <param name="keyFile">The log's key; only its public half is used.</param>
    /// <exception cref="InvalidOperationException">A server has the store open.</exception>
    /// <exception cref="AuditLogException">Head or key cannot be read.</exception>
    /// <exception cref="StoreUnreadableException">It is no readable database.</exception>
    public static async Task<StoreReport> RunAsync(string file, HeadFile head, string keyFile)
    {
        try
        {
            using var connections = new SqliteConnections(file);
            var connection = connections.RentReader();
            try
            {
                var check = new StoreCheck { _session = new SqlSession(connection, null) };
                return await check.CheckAsync(head, keyFile);
            }
            finally
            {
                connections.Return(connection);
            }
        }
        catch (SqliteException fault)
        {
            throw new StoreUnreadableException($"{file} cannot be read (SQLite {fault.SqliteErrorCode}/{fault.SqliteExtendedErrorCode}).", fault);
        }
    }

    private async Task<StoreReport> CheckAsync(HeadFile head, string keyFile)
    {
        var notes = await NotesAsync(head, keyFile);
        foreach (var note in notes) _rootsAt[note.Size] = null;
        await LeavesAsync();
        foreach (var note in notes)
        {
            if (note.Size > _count.Entries) Fault($"{note.Where} covers {note.Size} entries, but the store has {_count.Entries}: it is an older copy.");
            else if (!note.Root.AsSpan().SequenceEqual(_rootsAt[note.Size])) Fault($"{note.Where} over {note.Size} entries does not fit them: history was changed.");
        }

        foreach (var (level, stored) in await _session.QueryAsync<(int, long)>("select level, count(*) from audit_node group by level"))
            if (level > _levels.Count || stored > _levels[level - 1].Next) Fault($"Level {level} of the tree has {stored} hashes, more than the entries give.");
        await ActionsAsync();
        return new StoreReport(_count.Entries, _count.Nodes, _count.Payloads, _count.Actions, notes.Count, _faults);
    }

    private async Task<List<(string Where, long Size, byte[] Root)>> NotesAsync(HeadFile head, string keyFile)
    {
        var identity = await _session.FirstAsync<LogIdentity>("select store as Store, origin as Origin, first_key as FirstKey from audit_log where id = 1");
        var last = head.Read();
        if (identity is null)
        {
            if (last is not null) Fault("There is a head file, but the store was never served.");
            return [];
        }

        if (last is null) Fault($"The head file {head.FilePath} is missing.");
        else if (last.Store != identity.Store) Fault($"The head file {head.FilePath} is of the store {last.Store}; this is the store {identity.Store}.");
        var signer = File.Exists(keyFile) ? LogSigner.Open(keyFile, identity.Origin, static _ => []) : null;
        if (signer is null) Fault($"The key file {keyFile} is missing.");
        var notes = new List<(string, long, byte[])>();
        var stored = await _session.QueryAsync<(string Note, long Rotation)>("select note, rotation from audit_checkpoint order by size");
        foreach (var (where, note, old) in stored.Select(row => ("A stored checkpoint", row.Note, row.Rotation == 1)).Concat(last is null ? [] : [("The head", last.Note, false)]))
        {
            if (!StoredNote.TryRead(note, identity.Origin, out var size, out var root)) Fault($"{where} is no checkpoint of {identity.Origin}.");
            else notes.Add((where, size, root));
            // A rotation's own keys may be retired; the verifier follows that chain.
            if (!old && signer?.IsSignerOf(note) == false) Fault($"{where} is not signed by the log's key.");
        }

        return notes;
    }

    private async Task LeavesAsync()
    {
        Mark();
        for (IReadOnlyList<LeafRow> page; (page = await _session.QueryAsync<LeafRow>("""
            select leaf.seq as Seq, leaf.at as At, leaf.kind as Kind, leaf.action_id as ActionId, leaf.task_id as TaskId, leaf.actor as Actor, leaf.tenant as Tenant,
                   leaf.leaf as Leaf, leaf.leaf_hash as LeafHash, beside.payload as Payload, beside.salt as Salt
            from audit_leaf leaf left join audit_payload beside on beside.seq = leaf.seq where leaf.seq >= @from order by leaf.seq limit @count
            """, new { from = _count.Entries, count = Page })).Count > 0;)
        {
            foreach (var row in page)
            {
                if (row.Seq != _count.Entries) Fault($"Entry {_count.Entries} is missing.");
                CheckLeaf(row);
                var hash = MerkleTree.LeafHash(row.Leaf);
                if (!hash.AsSpan().SequenceEqual(row.LeafHash)) Fault($"The stored hash of entry {row.Seq} is not that of its bytes.");
                _tree.Add(0, hash);
                await NodeAsync(1, hash);
                _count.Entries = row.Seq + 1;
                Mark();
            }
        }
    }

    private void Mark()
    {
        if (_rootsAt.ContainsKey(_count.Entries)) _rootsAt[_count.Entries] = _tree.Root();
    }

    /// <summary>Adds a hash of the level below to a tile; a full tile gives one hash of this level, which must be the stored one.</summary>
    private async Task NodeAsync(int level, byte[] below)
    {
        if (_levels.Count < level) _levels.Add((new MerkleRange(), 0, 0));
        var (tile, width, next) = _levels[level - 1];
        tile.Add(0, below);
        if (width + 1 < TilePath.FullWidth)
        {
            _levels[level - 1] = (tile, width + 1, next);
            return;
        }

        var hash = tile.Root();
        _levels[level - 1] = (new MerkleRange(), 0, next + 1);
        _count.Nodes++;
        // What is not integrated yet is derived at the next start; what is stored must be right.
        var stored = await _session.FirstAsync<byte[]>("select hash from audit_node where level = @level and n = @next", new { level, next });
        if (stored is not null && !hash.AsSpan().SequenceEqual(stored)) Fault($"Hash {next} of level {level} of the tree is not what the entries give.");
        await NodeAsync(level + 1, hash);
    }

    private void CheckLeaf(LeafRow row)
    {
        try
        {
            using var document = JsonDocument.Parse(row.Leaf);
            var leaf = document.RootElement;
            (string Name, string? Column)[] columns = [("kind", row.Kind), ("at", AuditEntry.Timestamp(Times.FromMs(row.At))), ("actor", row.Actor), ("tenant", row.Tenant), ("action_id", row.ActionId), ("task_id", row.TaskId)];
            foreach (var (name, column) in columns)
                if ((leaf.TryGetProperty(name, out var value) ? value.GetString() : null) != column) Fault($"The column {name} of entry {row.Seq} differs from the entry.");
            var commitment = leaf.TryGetProperty("payload", out var payload) ? payload.GetString() : null;
            if (row.Payload is null) return;
            if (row.Salt is null || AuditEntry.Commit(row.Salt, row.Payload) != commitment) Fault($"The payload of entry {row.Seq} is not the one that the entry names.");
            else _count.Payloads++;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            Fault($"Entry {row.Seq} cannot be read.");
        }
    }

    /// <summary>Every version of an action has one entry; the first attempt of an automatic action shares the first version with its acceptance.</summary>
    private async Task ActionsAsync()
    {
        for (var after = ""; await _session.FirstAsync<string>("select id from action where id > @after order by id limit 1", new { after }) is { } id; after = id)
        {
            var version = await _session.ScalarAsync<long>("select version from action where id = @id", new { id });
            var leaves = await _session.QueryAsync<byte[]>("select leaf from audit_leaf where action_id = @id order by seq", new { id });
            var versions = leaves.Select(VersionOf).Where(number => number > 0).Distinct().Count();
            if (versions != version) Fault($"Action {id} has version {version}, but entries of {versions} versions.");
            _count.Actions++;
        }
    }

    private static long VersionOf(byte[] leaf)
    {
        try
        {
            using var document = JsonDocument.Parse(leaf);
            return document.RootElement.TryGetProperty("state", out _) && document.RootElement.TryGetProperty("version", out var version) && version.TryGetInt64(out var number) ? number : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    private void Fault(string fault)
    {
        if (_faults.Count < MostFaults) _faults.Add(fault);
    }
}

/// <summary>The file is no readable database.</summary>
public sealed class StoreUnreadableException(string message, Exception inner) : Exception(message, inner);
