namespace Sallyport.Audit;

/// <summary>The configured witnesses, and the size that each is known to have seen.</summary>
public sealed class WitnessCircle(IReadOnlyList<IWitness> witnesses, TreeReader tree)
{
    private readonly long[] _known = new long[witnesses.Count];

    /// <summary>How many there are.</summary>
    public int Count => witnesses.Count;

    /// <summary>Their verifier keys.</summary>
    public IReadOnlyList<string> Keys => [.. witnesses.Select(witness => witness.Key.ToString())];

    /// <summary>Asks all of them at once. A witness that has seen a larger log than ours proves that ours is an older copy.</summary>
    public async Task<WitnessRound> AskAsync(PublishedCheckpoint checkpoint, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => AskAsync(i, checkpoint, cancellation)));
        return new WitnessRound([.. answers.Select(answer => answer.Line).OfType<string>()], [.. answers.Select(answer => answer.Fault).OfType<string>()],
            answers.Max(answer => answer.KnownSize) is { } largest && largest > checkpoint.Size ? largest : null);
    }

    private async Task<WitnessAnswer> AskAsync(int i, PublishedCheckpoint checkpoint, CancellationToken cancellation)
    {
        var answer = await AskFromAsync(i, Math.Min(_known[i], checkpoint.Size), checkpoint, cancellation);
        // After a restart of either side the witness says what it knows; one more question settles it.
        if (answer.KnownSize is { } size && size <= checkpoint.Size) answer = await AskFromAsync(i, size, checkpoint, cancellation);
        var name = witnesses[i].Key.Name;
        if (answer.KnownSize > checkpoint.Size) return answer with { Fault = $"The witness {name} has seen {answer.KnownSize} entries, but the log has only {checkpoint.Size}." };
        if (answer.Line is null) return new WitnessAnswer(null, null, $"The witness {name}: {answer.Fault ?? "it does not agree on the size it has seen."}");
        if (!witnesses[i].Key.Verifies(answer.Line, CheckpointNote.Split(checkpoint.Note).Text)) return new WitnessAnswer(null, null, $"The witness {name} answered with a signature that is not its own.");
        _known[i] = checkpoint.Size;
        return answer;
    }

    private async Task<WitnessAnswer> AskFromAsync(int i, long size, PublishedCheckpoint checkpoint, CancellationToken cancellation) =>
        await witnesses[i].CosignAsync(checkpoint.Note, size, await tree.ConsistencyAsync(size, checkpoint.Size, cancellation), cancellation);
}

/// <summary>What one round of asking the witnesses gave.</summary>
/// <param name="Lines">Valid cosignature lines.</param>
/// <param name="Faults">Why others gave none.</param>
/// <param name="LargerSize">A size beyond ours that a witness has seen.</param>
public sealed record WitnessRound(IReadOnlyList<string> Lines, IReadOnlyList<string> Faults, long? LargerSize);
