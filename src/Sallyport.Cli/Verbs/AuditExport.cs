using System.Globalization;
using Sallyport.Client;

namespace Sallyport.Cli.Verbs;

/// <summary>Writes an export: everything that somebody without our server needs to verify the log.</summary>
internal static class AuditExport
{
    private const int PageSize = 1_000;

    private const string Readme = """
        An export of a Sallyport audit log
        ==================================

        entries.ndjson   every entry: its place, its bytes (base64) and, unless erased, the payload beside it with the salt of its digest
        checkpoint       size and Merkle root of the log, signed by its key and cosigned by its witnesses (C2SP tlog-checkpoint)
        key              the log's first verifier key, to start from
        rotations/       checkpoints that announced later keys
        witnesses        verifier keys of the witnesses that the server names

        Verify it with the stand-alone verifier, offline:

            sallyport-verifier . --key KEPT_KEY --old-checkpoint KEPT_CHECKPOINT --witness-key KEPT_WITNESSES --witnesses 1
            sallyport-verifier who . --action ACTION_ID

        Use a key and a checkpoint that you kept from earlier: with the files of this folder alone you only learn that it fits itself.
        The formats are public (c2sp.org: signed-note, tlog-checkpoint, tlog-cosignature; RFC 6962), so any other program can check them too.

        """;

    /// <summary>The checkpoint is taken first, so entries appended meanwhile are cut off at its size.</summary>
    internal static async Task WriteAsync(PeopleClient client, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var checkpoint = await client.CheckpointAsync(cancellation);
        var size = long.Parse(checkpoint.Split('\n')[1], NumberStyles.None, CultureInfo.InvariantCulture);
        var trust = await client.AuditTrustAsync(cancellation);
        await WriteEntriesAsync(client, Path.Combine(folder, "entries.ndjson"), size, cancellation);
        await WriteAsync("checkpoint", checkpoint);
        await WriteAsync("key", trust.FirstKey + "\n");
        await WriteAsync("witnesses", string.Concat(trust.Witnesses.Select(key => key + "\n")));
        await WriteAsync("README", Readme);
        if (trust.Rotations.Count > 0) Directory.CreateDirectory(Path.Combine(folder, "rotations"));
        for (var i = 0; i < trust.Rotations.Count; i++) await WriteAsync(Path.Combine("rotations", i.ToString("D4", CultureInfo.InvariantCulture) + ".checkpoint"), trust.Rotations[i]);

        Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text, cancellation);
    }

    /// <summary>Page by page: the log may be larger than memory.</summary>
    private static async Task WriteEntriesAsync(PeopleClient client, string file, long size, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(file);
        for (var next = 0L; next < size; next += PageSize)
        {
            var page = await client.TextAsync($"/v1/audit/entries?from={next.ToString(CultureInfo.InvariantCulture)}&count={Math.Min(PageSize, size - next).ToString(CultureInfo.InvariantCulture)}", cancellation);
            await writer.WriteAsync(page.AsMemory(), cancellation);
        }
    }
}
