using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Server.Hosting;
using Sallyport.Storage.Sqlite;

namespace Sallyport.Server.Audit;

/// <summary>The log's identity, keys and publisher, put together from a data folder before anything is served.</summary>
/// <param name="Signer">Signs.</param>
/// <param name="Tree">Reads the tree.</param>
/// <param name="Publisher">Publishes.</param>
/// <param name="Witnesses">Who else remembers.</param>
internal sealed record AuditLog(LogSigner Signer, TreeReader Tree, CheckpointPublisher Publisher, WitnessCircle Witnesses)
{
    internal const string KeyFile = "log.key";
    internal const string HeadFileName = "log.head";

    /// <summary>Finds out which log the folder holds; on the first start, names it.</summary>
    /// <exception cref="AuditLogException">Database, head file and key do not belong together.</exception>
    internal static async Task<AuditLog> OpenAsync(SqliteStore store, ServerOptions options, IdSource ids, TimeProvider time)
    {
        var head = new HeadFile(options.Audit.HeadFile ?? Path.Combine(options.Data, HeadFileName));
        var keyFile = Path.Combine(options.Data, KeyFile);
        var last = head.Read();
        var identity = await store.Tree.IdentityAsync(CancellationToken.None);
        if (identity is null)
        {
            if (last is not null) throw new AuditLogException($"the head file {head.FilePath} is of the store {last.Store}, but the database is a new one");
            identity = Name(options, ids, keyFile);
            await store.Tree.IdentifyAsync(identity, CancellationToken.None);
        }
        else
        {
            if (last is not null && last.Store != identity.Store) throw new AuditLogException($"the head file {head.FilePath} is of the store {last.Store}, but the database is the store {identity.Store}");
            var published = await store.Tree.CheckpointAsync(CancellationToken.None) is not null;
            if (published && last is null) throw new AuditLogException($"the head file {head.FilePath} is missing, so nobody can tell whether the database is the newest");
            if (published && !File.Exists(keyFile)) throw new AuditLogException($"the key file {keyFile} is missing");
        }

        if (options.Audit.Origin is { } origin && origin != identity.Origin) throw new AuditLogException($"the store holds the log {identity.Origin}, but the options name {origin}");
        var signer = LogSigner.Open(keyFile, identity.Origin, ids.Bytes);
        var tree = new TreeReader(store.Tree);
        var witnesses = new WitnessCircle(Configured(options.Audit, time), tree);
        return new AuditLog(signer, tree, new CheckpointPublisher(store.Tree, tree, signer, head, identity.Store, witnesses, time), witnesses);
    }

    /// <summary>The witnesses are asked once before the first call: one that has seen more than the store holds proves that it is an older copy.</summary>
    internal async Task<IReadOnlyList<string>> AskWitnessesAsync(WitnessPolicy policy)
    {
        if (Witnesses.Count == 0) return [];
        var (checkpoint, round) = await Publisher.CosignAsync(Witnesses.Count, CancellationToken.None);
        if (round.LargerSize is { } larger) throw new AuditLogException($"a witness has seen {larger} entries, but the store has only {checkpoint.Size}: it is an older copy");
        var waiting = string.Join(", ", policy.Required.Where(entry => entry.Value > checkpoint.Cosignatures).Select(entry => Contracts.Wire.WireName.Of(entry.Key)).Order(StringComparer.Ordinal));
        return [.. round.Faults.Select(fault => $"{fault}{(waiting.Length > 0 ? $" Until enough witnesses answer, no effect of these risk classes is sent: {waiting}." : "")}")];
    }

    private static LogIdentity Name(ServerOptions options, IdSource ids, string keyFile)
    {
        var store = Convert.ToHexStringLower(ids.Bytes(16));
        var folder = Path.GetFileName(Path.GetFullPath(options.Data)).TrimStart('.');
        var origin = options.Audit.Origin ?? $"sallyport/{(folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? folder : "log")}/{store[..8]}";
        return new LogIdentity(store, origin, LogSigner.Open(keyFile, origin, ids.Bytes).VerifierKey);
    }

    private static List<HttpWitness> Configured(AuditOptions options, TimeProvider time)
    {
        var http = options.Witnesses.Count == 0 ? null : HttpWitness.Client();
        try
        {
            return [.. options.Witnesses.Select(witness => new HttpWitness(http!, new Uri(witness.Url), NoteVerifier.ParseWitness(witness.Key), TimeSpan.FromMilliseconds(options.WitnessTimeoutMilliseconds), time))];
        }
        catch (FormatException fault)
        {
            throw new ServerStartException("audit.witnesses cannot be used: " + fault.Message, fault);
        }
    }
}
