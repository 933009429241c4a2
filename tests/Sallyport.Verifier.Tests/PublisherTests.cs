using Sallyport.Audit;
using Sallyport.Testing;

namespace Sallyport.Verifier.Tests;

/// <summary>What is signed is durable before it is shown, and continues what was signed before.</summary>
public sealed class PublisherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-publisher-").FullName;
    private readonly LogSigner _signer = new("log.test", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly MemoryTree _store = new();
    private bool _diskFails;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HeadFile Head => new(Path.Combine(_folder, "log.head"), (file, content) =>
    {
        if (_diskFails) throw new IOException("Input/output error.");
        DurableFile.Write(file, content);
    });

    [Fact]
    public async Task Checkpoint_OnADiskThatFails_IsNotReleased()
    {
        using var publisher = await OpenAsync(3);
        var before = publisher.Released;
        _store.Add(2);
        _diskFails = true;
        await Assert.ThrowsAsync<IOException>(() => publisher.PublishAsync(Cancellation));
        Assert.Same(before, publisher.Released);
        _diskFails = false;
        _store.IsFull = true;
        await Assert.ThrowsAsync<IOException>(() => publisher.PublishAsync(Cancellation));
        Assert.Same(before, publisher.Released);
        _store.IsFull = false;
        Assert.Equal(5, (await publisher.PublishAsync(Cancellation)).Size);
        Assert.Equal(publisher.Released.Note, Head.Read()!.Note);
        Assert.Equal(publisher.Released.Note, _store.Checkpoints.Single().Note);
    }

    [Fact]
    public async Task Checkpoint_OfNothingNew_IsNotSignedAgain()
    {
        using var publisher = await OpenAsync(3);
        Assert.Same(publisher.Released, await publisher.PublishAsync(Cancellation));
    }

    [Fact]
    public async Task Checkpoint_OfAChangedHistory_IsNeverSigned()
    {
        using var publisher = await OpenAsync(3);
        _store.Leaves[1] = _store.Leaves[0];
        _store.Add(1);
        await Assert.ThrowsAsync<AuditLogException>(() => publisher.PublishAsync(Cancellation));
        Assert.Equal(3, publisher.Released.Size);
    }

    [Theory]
    [InlineData("rolled back", "older copy")]
    [InlineData("changed", "history was changed")]
    [InlineData("another key", "do not belong together")]
    [InlineData("another log", "is of the log")]
    [InlineData("unreadable", "cannot be read")]
    [InlineData("not a head", "not one that this program wrote")]
    public async Task Start_OnAStoreThatDoesNotFitItsHead_IsRefusedWithTheReason(string what, string reason)
    {
        (await OpenAsync(300)).Dispose();
        var signer = what == "another key" ? new LogSigner("log.test", new byte[32]) : what == "another log" ? new LogSigner("log2.test", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]) : _signer;
        if (what == "rolled back") _store.Leaves.RemoveRange(290, 10);
        if (what == "changed") _store.Leaves[299] = _store.Leaves[0];
        if (what == "unreadable") Head.Write(new LogHead("store", "log.test\nmany\n\n"));
        if (what == "not a head") File.WriteAllText(Path.Combine(_folder, "log.head"), "hello");
        using var publisher = Publisher(signer);
        var refusal = await Assert.ThrowsAsync<AuditLogException>(() => publisher.OpenAsync(Cancellation));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sallyport fsck", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterACrashBetweenStoreAndHead_GoesOn()
    {
        (await OpenAsync(3)).Dispose();
        var head = File.ReadAllText(Path.Combine(_folder, "log.head"));
        (await OpenAsync(4)).Dispose();
        File.WriteAllText(Path.Combine(_folder, "log.head"), head);
        using var publisher = await OpenAsync(0);
        Assert.Equal(7, publisher.Released.Size);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<CheckpointPublisher> OpenAsync(int leaves)
    {
        _store.Add(leaves);
        var publisher = Publisher(_signer);
        await publisher.OpenAsync(Cancellation);
        return publisher;
    }

    private CheckpointPublisher Publisher(LogSigner signer)
    {
        var tree = new TreeReader(_store);
        return new CheckpointPublisher(_store, tree, signer, Head, "store", new WitnessCircle([], tree), new ManualTimeProvider());
    }
}
