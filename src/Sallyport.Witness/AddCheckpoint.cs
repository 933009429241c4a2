using System.Globalization;
using Sallyport.Verifier;

namespace Sallyport.Witness;

/// <summary>An answer: HTTP status, body, and whether the body is a size.</summary>
internal sealed record WitnessReply(int Status, string Body, bool IsSize = false);

/// <summary>The call <c>add-checkpoint</c> of C2SP tlog-witness, step by step as the specification orders it.</summary>
/// <param name="logs">Keys of the logs to witness; several of one name while a log replaces its key.</param>
/// <param name="key">The witness's key.</param>
/// <param name="store">What was cosigned before.</param>
/// <param name="time">Clock of the cosignatures.</param>
internal sealed class AddCheckpoint(IReadOnlyList<NoteKey> logs, CosignerKey key, WitnessStore store, TimeProvider time)
{
    private const int MostProofLines = 63;

    private sealed record Request(long OldSize, IReadOnlyList<byte[]> Proof, Checkpoint Checkpoint, string Note);

    internal async Task<WitnessReply> AnswerAsync(string body, CancellationToken cancellation)
    {
        if (Parse(body) is not { } request) return new WitnessReply(400, "The body is not an old size, a proof and a checkpoint.\n");
        var keys = logs.Where(log => log.Name == request.Checkpoint.Origin).ToList();
        if (keys.Count == 0) return new WitnessReply(404, "The log is unknown here.\n");
        if (!request.Checkpoint.IsSignedBy(keys)) return new WitnessReply(403, "No trusted key of the log signed the checkpoint.\n");
        if (request.OldSize > request.Checkpoint.Size) return new WitnessReply(400, "The old size is larger than the checkpoint's.\n");
        return await store.UpdateAsync(request.Checkpoint.Origin, last => Decide(request, last), cancellation);
    }

    private (string? Note, WitnessReply Answer) Decide(Request request, Checkpoint? last)
    {
        var known = last?.Size ?? 0;
        if (request.OldSize != known) return (null, new WitnessReply(409, known.ToString(CultureInfo.InvariantCulture) + "\n", IsSize: true));
        var next = request.Checkpoint;
        if (last is not null && next.Size == known && !next.Root.AsSpan().SequenceEqual(last.Root)) return (null, new WitnessReply(409, "A checkpoint of this size with another root was cosigned: the log has two histories.\n"));
        // From nothing there is nothing to prove; but an empty tree has only one root.
        var consistent = known == 0
            ? request.Proof.Count == 0 && (next.Size > 0 || next.Root.AsSpan().SequenceEqual(Rfc6962.Root([])))
            : Rfc6962.IsConsistent(known, last!.Root, next.Size, next.Root, request.Proof);
        return consistent ? (request.Note, new WitnessReply(200, key.Cosign(next.Text, time.GetUtcNow()))) : (null, new WitnessReply(422, "The consistency proof does not hold.\n"));
    }

    private static Request? Parse(string body)
    {
        var split = body.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || body[..split].Split('\n') is not [var first, .. var hashes] || hashes.Length > MostProofLines || !first.StartsWith("old ", StringComparison.Ordinal)) return null;
        var number = first["old ".Length..];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var old) || (number.Length > 1 && number[0] == '0')) return null;
        try
        {
            var proof = hashes.Select(Convert.FromBase64String).ToList();
            var note = body[(split + 2)..];
            return proof.TrueForAll(hash => hash.Length == 32) ? new Request(old, proof, Checkpoint.Parse(note), note) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
