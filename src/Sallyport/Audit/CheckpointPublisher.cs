using Sallyport.Identity;

namespace Sallyport.Audit;

/// <summary>A checkpoint that is durable, and so may be shown.</summary>
/// <param name="Size">Entries that it covers.</param>
/// <param name="Root">Root hash.</param>
/// <param name="Note">The signed note.</param>
/// <param name="Cosignatures">How many witnesses cosigned it.</param>
public sealed record PublishedCheckpoint(long Size, byte[] Root, string Note, int Cosignatures);

/// <summary>
/// Sequencing, integrating and publishing are three steps. Entries get their place in the transaction that they record; here they are
/// integrated into the tree, and a checkpoint over them is signed, made durable twice (database and head file) and only then released.
/// </summary>
/// <remarks>A checkpoint that does not contain the one before it is never signed: the log stops instead.</remarks>
public sealed class CheckpointPublisher(ITreeStore store, TreeReader tree, LogSigner signer, HeadFile head, string storeId, WitnessCircle witnesses, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly SemaphoreSlim _cosigning = new(1);
    private volatile PublishedCheckpoint _released = null!;
    private volatile PublishedCheckpoint? _cosigned;

    /// <summary>The last checkpoint.</summary>
    public PublishedCheckpoint Released => _released;

    /// <summary>The last checkpoint that a witness cosigned.</summary>
    public PublishedCheckpoint? Cosigned => _cosigned;

    /// <summary>Compares what is stored with what was last released, and publishes. Nothing is served before.</summary>
    /// <exception cref="AuditLogException">The store is older than its head, another one's, or was changed.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var size = await store.SizeAsync(cancellation);
        await tree.IntegrateAsync(size, cancellation);
        foreach (var note in new[] { head.Read()?.Note, (await store.CheckpointAsync(cancellation))?.Note }.OfType<string>())
        {
            var last = Read(note);
            if (last.Size > size) throw new AuditLogException($"a checkpoint over {last.Size} entries was released, but the store has only {size}: it is an older copy");
            if (!(await tree.RootAsync(last.Size, cancellation)).AsSpan().SequenceEqual(last.Root)) throw new AuditLogException($"the first {last.Size} entries are not those that were signed: history was changed");
            if (_released is null || last.Size > _released.Size) _released = new PublishedCheckpoint(last.Size, last.Root, note, 0);
        }

        await PublishAsync(always: true, rotation: false, cancellation);
    }

    /// <summary>A checkpoint that covers every entry committed before the call.</summary>
    /// <exception cref="AuditLogException">It would not contain the last one.</exception>
    /// <exception cref="IOException">It could not be made durable, so it was not released.</exception>
    public async Task<PublishedCheckpoint> PublishAsync(CancellationToken cancellation) => await PublishAsync(always: false, rotation: false, cancellation);

    /// <summary>Publishes a checkpoint that is kept for good, because it announces a key.</summary>
    internal Task<PublishedCheckpoint> PublishRotationAsync(CancellationToken cancellation) => PublishAsync(always: true, rotation: true, cancellation);

    /// <summary>Publishes and asks the witnesses, once for everybody who waits.</summary>
    /// <returns>The checkpoint and what the witnesses said; no faults when an earlier round already covers everything with enough cosignatures.</returns>
    public async Task<(PublishedCheckpoint Checkpoint, WitnessRound Round)> CosignAsync(int enough, CancellationToken cancellation)
    {
        var size = (await PublishAsync(cancellation)).Size;
        await _cosigning.WaitAsync(cancellation);
        try
        {
            if (_cosigned is { } earlier && earlier.Size >= size && earlier.Cosignatures >= enough) return (earlier, new WitnessRound([], [], null));
            var checkpoint = _released;
            var round = await witnesses.AskAsync(checkpoint, cancellation);
            if (round.Lines.Count == 0) return (checkpoint, round);
            var cosigned = checkpoint with { Note = Bare(checkpoint.Note) + string.Concat(round.Lines.Select(line => line + "\n")), Cosignatures = round.Lines.Count };
            await KeepCosignedAsync(cosigned, cancellation);
            return (cosigned, round);
        }
        finally
        {
            _cosigning.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _publishing.Dispose();
        _cosigning.Dispose();
    }

    private async Task<PublishedCheckpoint> PublishAsync(bool always, bool rotation, CancellationToken cancellation)
    {
        var wanted = await store.SizeAsync(cancellation);
        if (!always && _released.Size >= wanted) return _released;
        await _publishing.WaitAsync(cancellation);
        try
        {
            // Whoever waited is often covered by what the one before published.
            if (!always && _released.Size >= wanted) return _released;
            return _released = await NextAsync(rotation, cancellation);
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task<PublishedCheckpoint> NextAsync(bool rotation, CancellationToken cancellation)
    {
        var size = await store.SizeAsync(cancellation);
        await tree.IntegrateAsync(size, cancellation);
        if (_released is { } last)
        {
            if (size < last.Size) throw new AuditLogException($"the store has {size} entries, fewer than the {last.Size} that were signed");
            if (!(await tree.RootAsync(last.Size, cancellation)).AsSpan().SequenceEqual(last.Root)) throw new AuditLogException($"the first {last.Size} entries are no longer those that were signed");
        }

        var root = await tree.RootAsync(size, cancellation);
        var note = signer.Sign(size, root);
        try
        {
            await store.KeepAsync(new StoredCheckpoint(size, note, time.Now(), rotation), cancellation);
            head.Write(new LogHead(storeId, note));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException("The audit log's head cannot be made durable, so its checkpoint was not released.", fault);
        }

        return new PublishedCheckpoint(size, root, note, 0);
    }

    /// <summary>Under the publishing turn, so that a newer checkpoint's row is never overtaken by an older one's.</summary>
    private async Task KeepCosignedAsync(PublishedCheckpoint cosigned, CancellationToken cancellation)
    {
        await _publishing.WaitAsync(cancellation);
        try
        {
            if (_released.Size == cosigned.Size)
            {
                await store.KeepAsync(new StoredCheckpoint(cosigned.Size, cosigned.Note, time.Now(), Rotation: false), cancellation);
                _released = cosigned;
            }

            _cosigned = cosigned;
        }
        finally
        {
            _publishing.Release();
        }
    }

    private CheckpointNote Read(string note)
    {
        try
        {
            var parsed = CheckpointNote.Parse(note);
            if (parsed.Origin != signer.Origin) throw new AuditLogException($"its last checkpoint is of the log {parsed.Origin}, not of {signer.Origin}");
            return signer.IsSignerOf(note) ? parsed : throw new AuditLogException("its last checkpoint is not signed by the log's key: key file and store do not belong together");
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            throw new AuditLogException("its last checkpoint cannot be read", fault);
        }
    }

    /// <summary>The note with the log's own signatures only, so that a round replaces earlier cosignatures.</summary>
    private string Bare(string note)
    {
        var (text, signatures) = CheckpointNote.Split(note);
        return $"{text}\n{string.Concat(signatures.Where(line => line.StartsWith($"— {signer.Origin} ", StringComparison.Ordinal)).Select(line => line + "\n"))}";
    }
}
