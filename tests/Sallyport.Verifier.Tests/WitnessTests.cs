using System.Globalization;
using Sallyport.Audit;
using Sallyport.Testing;
using Sallyport.Witness;

namespace Sallyport.Verifier.Tests;

/// <summary>The witness: every answer of C2SP tlog-witness, and a record that neither crash nor race rolls back.</summary>
public sealed class WitnessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-witness-").FullName;
    private readonly LogSigner _log = new("log.test", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly MemoryTree _store = new();
    private readonly TreeReader _tree;
    private readonly CosignerKey _key = new("witness.test", new byte[32]);
    private readonly ManualTimeProvider _time = new();

    public WitnessTests()
    {
        _tree = new TreeReader(_store);
        _store.Add(120);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Witness_OfAContinuedLog_CosignsWithItsTime()
    {
        var first = await AskAsync(Witness(), 0, 5);
        Assert.Equal(200, first.Status);
        var note = await NoteAsync(5);
        Assert.True(_key.Verifier.Verifies(first.Body.TrimEnd('\n'), Checkpoint.Parse(note).Text));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), _key.Verifier.CosignedAt(first.Body.TrimEnd('\n'))!.Value.ToUnixTimeSeconds());
        // The writer's side accepts the same line under the witness's key.
        Assert.True(NoteVerifier.ParseWitness(_key.Verifier.ToString()).Verifies(first.Body.TrimEnd('\n'), Checkpoint.Parse(note).Text));
        Assert.Equal(200, (await AskAsync(Witness(), 5, 90)).Status);
        Assert.Equal(200, (await AskAsync(Witness(), 90, 90)).Status);
    }

    [Fact]
    public async Task Witness_OfAnUnknownLog_Answers404()
    {
        var other = new LogSigner("other.test", new byte[32]);
        Assert.Equal(404, (await Witness().AnswerAsync($"old 0\n\n{other.Sign(1, await _tree.RootAsync(1, Cancellation))}", Cancellation)).Status);
    }

    [Fact]
    public async Task Witness_OfALogSignedByAnotherKey_Answers403()
    {
        var forger = new LogSigner("log.test", new byte[32]);
        Assert.Equal(403, (await Witness().AnswerAsync($"old 0\n\n{forger.Sign(1, await _tree.RootAsync(1, Cancellation))}", Cancellation)).Status);
    }

    [Fact]
    public async Task Witness_AskedFromALargerSize_Answers400() => Assert.Equal(400, (await Witness().AnswerAsync($"old 9\n\n{await NoteAsync(5)}", Cancellation)).Status);

    [Theory]
    [InlineData("")]
    [InlineData("old\n\n")]
    [InlineData("old 01\n\nlog.test\n1\nAAAA\n\n— x y\n")]
    [InlineData("new 0\n\nlog.test\n")]
    [InlineData("old 0\nnot base64!\n\nlog.test\n")]
    public async Task Witness_AskedWithRubbish_Answers400(string body) => Assert.Equal(400, (await Witness().AnswerAsync(body, Cancellation)).Status);

    [Fact]
    public async Task Witness_ProofOfMoreThan63Lines_Answers400() =>
        Assert.Equal(400, (await Witness().AnswerAsync($"old 0\n{string.Concat(Enumerable.Repeat(Convert.ToBase64String(new byte[32]) + "\n", 64))}\n{await NoteAsync(5)}", Cancellation)).Status);

    [Fact]
    public async Task Witness_AskedFromAnotherSize_Answers409WithTheSizeItKnows()
    {
        await AskAsync(Witness(), 0, 5);
        var reply = await AskAsync(Witness(), 3, 9);
        Assert.Equal((409, "5\n", true), (reply.Status, reply.Body, reply.IsSize));
        Assert.Equal((409, "0\n", true), await Empty());

        async Task<(int, string, bool)> Empty()
        {
            var fresh = new AddCheckpoint([NoteKey.Parse(_log.VerifierKey)], _key, new WitnessStore(Directory.CreateDirectory(Path.Combine(_folder, "fresh")).FullName), _time);
            var answer = await fresh.AnswerAsync($"old 3\n\n{await NoteAsync(5)}", Cancellation);
            return (answer.Status, answer.Body, answer.IsSize);
        }
    }

    [Fact]
    public async Task Witness_OfTwoRootsOfOneSize_Answers409()
    {
        await AskAsync(Witness(), 0, 5);
        var fork = await Witness().AnswerAsync($"old 5\n\n{_log.Sign(5, await _tree.RootAsync(6, Cancellation))}", Cancellation);
        Assert.Equal((409, false), (fork.Status, fork.IsSize));
    }

    [Fact]
    public async Task Witness_OfARewrittenLog_Answers422AndKeepsItsRecord()
    {
        await AskAsync(Witness(), 0, 5);
        _store.Leaves[2] = _store.Leaves[3];
        Assert.Equal(422, (await AskAsync(Witness(), 5, 9)).Status);
        Assert.Equal(422, (await Witness().AnswerAsync($"old 5\n\n{await NoteAsync(9)}", Cancellation)).Status);
        Assert.Equal("5\n", (await AskAsync(Witness(), 0, 9)).Body);
        Assert.Equal(422, (await new AddCheckpoint([NoteKey.Parse(_log.VerifierKey)], _key, new WitnessStore(Directory.CreateDirectory(Path.Combine(_folder, "new")).FullName), _time)
            .AnswerAsync($"old 0\n{Convert.ToBase64String(new byte[32])}\n\n{await NoteAsync(5)}", Cancellation)).Status);
    }

    [Fact]
    public async Task Witness_WhoseDiskFails_GivesNoCosignatureAndForgetsNothing()
    {
        await AskAsync(Witness(), 0, 5);
        var failing = Witness((_, _) => throw new IOException("No space left on device."));
        await Assert.ThrowsAsync<IOException>(() => AskAsync(failing, 5, 9));
        Assert.Equal("5\n", (await AskAsync(Witness(), 0, 9)).Body);
    }

    [Fact]
    public async Task Witness_ThatDiedWhileWriting_KnowsTheOldOrTheNewCheckpoint()
    {
        await AskAsync(Witness(), 0, 5);
        // Half a file beside the record is what a crash before the rename leaves.
        var dying = Witness((file, content) =>
        {
            File.WriteAllBytes(file + ".next", content[..20]);
            throw new IOException("The process died here.");
        });
        await Assert.ThrowsAsync<IOException>(() => AskAsync(dying, 5, 9));
        Assert.Equal(200, (await AskAsync(Witness(), 5, 9)).Status);
    }

    [Fact]
    public async Task Witness_WhoseRecordIsSpoilt_RefusesInsteadOfStartingAnew()
    {
        await AskAsync(Witness(), 0, 5);
        File.WriteAllText(Directory.GetFiles(_folder, "*.checkpoint").Single(), "log.test\n");
        await Assert.ThrowsAsync<FormatException>(() => AskAsync(Witness(), 0, 9));
    }

    [Fact]
    public async Task Witness_Asked100TimesAtOnce_NeverGoesBack()
    {
        var witness = Witness();
        var bodies = new List<string>();
        for (var size = 1; size <= 100; size++) bodies.Add(await BodyAsync(0, size));
        var replies = await Task.WhenAll(bodies.Select(body => Task.Run(() => witness.AnswerAsync(body, Cancellation), Cancellation)));
        // Only one of them found the witness new; all others are told the size that it knew.
        var won = Assert.Single(replies, reply => reply.Status == 200);
        var size0 = Array.IndexOf(replies, won) + 1;
        Assert.All(replies.Where(reply => reply != won), reply => Assert.Equal((409, size0.ToString(CultureInfo.InvariantCulture) + "\n"), (reply.Status, reply.Body)));
        Assert.Equal(size0, Checkpoint.Parse(File.ReadAllText(Directory.GetFiles(_folder, "*.checkpoint").Single())).Size);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AddCheckpoint Witness(Action<string, byte[]>? write = null) => new([NoteKey.Parse(_log.VerifierKey)], _key, new WitnessStore(_folder, write), _time);

    private async Task<WitnessReply> AskAsync(AddCheckpoint witness, int old, int size) => await witness.AnswerAsync(await BodyAsync(old, size), Cancellation);

    private async Task<string> BodyAsync(int old, int size) =>
        $"old {old}\n{string.Concat((await _tree.ConsistencyAsync(old, size, Cancellation)).Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{await NoteAsync(size)}";

    private async Task<string> NoteAsync(int size) => _log.Sign(size, await _tree.RootAsync(size, Cancellation));
}
