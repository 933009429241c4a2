using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Outbox;
using Sallyport.Storage.Sqlite;
using Sallyport.Testing;

namespace Sallyport.Storage.Tests.Outbox;

/// <summary>Following the log and sending, on the real store and a manual clock.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private static readonly OutboxLimits Limits = new() { MaxAttempts = 6, MaxAge = TimeSpan.FromHours(2), MaxWaiting = 5, Batch = 4 };
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-outbox-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly FakeChannel _channel = new("fake");
    private SqliteStore _store = null!;
    private IdSource _ids = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OutboxPump Pump => new(_store.Outbox, _store.Audit, _ids, Limits, _time);

    private OutboxSender Sender => new(_store.Outbox, _store.Audit, _ids, Limits, _time);

    public async ValueTask InitializeAsync()
    {
        _ids = new IdSource(_time, IdSource.SystemRandom);
        _store = await SqliteStore.OpenAsync(Path.Combine(_folder, "store.db"), _ids, _time);
        await Pump.StepAsync(_channel, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Entries_TheChannelWants_AreSentOnceInOrder()
    {
        await RecordAsync("test.wanted", "test.other", "test.wanted");

        await RunAsync();
        await RunAsync();

        Assert.Equal([0L, 2L], _channel.Sent.Select(sent => sent.Entry));
        Assert.Equal(2, _channel.Sent.Select(sent => sent.Id).Distinct().Count());
    }

    [Fact]
    public async Task CrashBetweenSendAndMark_SendsAgainUnderTheSameId()
    {
        await RecordAsync("test.wanted");
        _channel.OnSend = delivery => throw new SimulatedCrashException();
        await Assert.ThrowsAsync<SimulatedCrashException>(() => RunAsync());

        // The process is gone; its successor waits for the lease and then sends again.
        _channel.OnSend = null;
        await RunAsync();
        Assert.Single(_channel.Sent);
        _time.Advance(Limits.Lease);
        await RunAsync();

        Assert.Equal(2, _channel.Sent.Count);
        Assert.Equal(_channel.Sent[0].Id, _channel.Sent[1].Id);
        Assert.Equal(2, _channel.Sent[1].Attempts);
    }

    [Fact]
    public async Task Failure_ThatMayPass_IsTriedAgainLaterAndLaterWithJitter()
    {
        await RecordAsync("test.wanted");
        _channel.OnSend = _ => SendOutcome.Later("status 503");
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await RunAsync();
            var waiting = Assert.Single(await _store.Outbox.ListAsync("default", DeliveryState.Waiting, 10, Cancellation));
            Assert.Equal((attempt, "status 503"), (waiting.Attempts, waiting.Reason));
            pauses.Add(waiting.DueAt - _time.Now());
            await RunAsync();
            Assert.Equal(attempt, _channel.Sent.Count);
            _time.Advance(pauses[^1]);
        }

        for (var i = 0; i < pauses.Count; i++)
        {
            var full = Limits.FirstPause * Math.Pow(2, i);
            Assert.InRange(pauses[i], (full * 0.5) - TimeSpan.FromMilliseconds(1), full + TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task RetryAfter_LongerThanThePause_IsHonouredUpToItsBound()
    {
        await RecordAsync("test.wanted");
        _channel.OnSend = _ => SendOutcome.Later("status 429", TimeSpan.FromMinutes(7));
        await RunAsync();
        Assert.Equal(TimeSpan.FromMinutes(7), (await OnlyAsync()).DueAt - _time.Now());

        _time.Advance(TimeSpan.FromMinutes(7));
        _channel.OnSend = _ => SendOutcome.Later("status 429", TimeSpan.FromDays(30));
        await RunAsync();
        Assert.Equal(Limits.LongestRetryAfter, (await OnlyAsync()).DueAt - _time.Now());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delivery_TriedTooOftenOrTooLong_DiesWithAnEntry(bool byAttempts)
    {
        await RecordAsync("test.wanted");
        _channel.OnSend = _ => SendOutcome.Later("status 500");
        var attempts = byAttempts ? Limits.MaxAttempts : 2;
        for (var i = 0; i < attempts; i++)
        {
            await RunAsync();
            _time.Advance(byAttempts ? TimeSpan.FromMinutes(10) : Limits.MaxAge);
        }

        var dead = Assert.Single(await _store.Outbox.ListAsync("default", DeliveryState.Dead, 10, Cancellation));
        Assert.Equal("status 500", dead.Reason);
        var entry = Assert.Single(await _store.Audit.ReadAsync(1, 10, Cancellation), entry => entry.Kind == "delivery.dead");
        Assert.Contains(dead.Id, System.Text.Encoding.UTF8.GetString(entry.Leaf), StringComparison.Ordinal);
        Assert.Equal(attempts, dead.Attempts);
    }

    [Fact]
    public async Task Refusal_IsFinalAtOnce()
    {
        await RecordAsync("test.wanted", "test.wanted");
        _channel.OnSend = delivery => delivery.Entry == 0 ? SendOutcome.Refused("status 400") : SendOutcome.Taken;

        await RunAsync();

        Assert.Equal(0, (await _store.Outbox.ListAsync("default", DeliveryState.Dead, 10, Cancellation)).Single().Entry);
        Assert.Equal(2, _channel.Sent.Count);
    }

    [Fact]
    public async Task Delivery_AtWhichTheProcessDiesEveryTime_IsGivenUp()
    {
        await RecordAsync("test.wanted");
        _channel.OnSend = _ => throw new SimulatedCrashException();
        for (var i = 0; i < Limits.MaxAttempts; i++)
        {
            await Assert.ThrowsAsync<SimulatedCrashException>(() => RunAsync());
            _time.Advance(Limits.Lease);
        }

        await RunAsync();

        Assert.Equal(Limits.MaxAttempts, _channel.Sent.Count);
        Assert.Equal("no attempt came to an end", Assert.Single(await _store.Outbox.ListAsync("default", DeliveryState.Dead, 10, Cancellation)).Reason);
    }

    [Fact]
    public async Task Channel_ThatNeverAnswers_IsCutOffAndDelaysNoOther()
    {
        var other = new FakeChannel("other");
        await Pump.StepAsync(other, Cancellation);
        await RecordAsync("test.wanted");
        _channel.Hangs = true;
        await Pump.StepAsync(_channel, Cancellation);
        var hanging = Sender.SendDueAsync(_channel, new ChannelCircuit(_time), Cancellation);

        await Pump.StepAsync(other, Cancellation);
        await Sender.SendDueAsync(other, new ChannelCircuit(_time), Cancellation);
        Assert.Single(other.Sent);
        Assert.False(hanging.IsCompleted);

        await _channel.Hanging.Task.WaitAsync(Cancellation);
        _time.Advance(Limits.SendTimeout);
        await hanging;
        var waiting = Assert.Single(await _store.Outbox.ListAsync("default", DeliveryState.Waiting, 10, Cancellation));
        Assert.Equal(("fake", "no answer within 10 s"), (waiting.Channel, waiting.Reason));
    }

    [Fact]
    public async Task Channel_ThatFailsAgainAndAgain_IsLeftAloneAndProbedAfterAPause()
    {
        await RecordAsync([.. Enumerable.Repeat("test.wanted", 4)]);
        await Pump.StepAsync(_channel, Cancellation);
        await RecordAsync([.. Enumerable.Repeat("test.wanted", 4)]);
        await Pump.StepAsync(_channel, Cancellation);
        var circuit = new ChannelCircuit(_time);
        _channel.OnSend = _ => SendOutcome.Later("status 503");

        await Sender.SendDueAsync(_channel, circuit, Cancellation);
        await Sender.SendDueAsync(_channel, circuit, Cancellation);
        Assert.Equal(5, _channel.Sent.Count);
        Assert.False(circuit.Allows);

        _time.Advance(TimeSpan.FromSeconds(15));
        await Sender.SendDueAsync(_channel, circuit, Cancellation);
        Assert.Equal(6, _channel.Sent.Count);

        _channel.OnSend = null;
        _time.Advance(TimeSpan.FromSeconds(30));
        while (await Sender.SendDueAsync(_channel, circuit, Cancellation)) Assert.True(circuit.Allows);
        Assert.Empty(await _store.Outbox.ListAsync("default", DeliveryState.Waiting, 10, Cancellation));
    }

    [Fact]
    public async Task Pump_WithTooManyWaiting_LeavesTheRestInTheLog()
    {
        await RecordAsync([.. Enumerable.Repeat("test.wanted", 12)]);

        while (await Pump.StepAsync(_channel, Cancellation)) Assert.True(await _store.Outbox.WaitingAsync("fake", Cancellation) <= Limits.MaxWaiting + Limits.Batch);
        Assert.Equal(8, await _store.Outbox.WaitingAsync("fake", Cancellation));

        while (await Pump.StepAsync(_channel, Cancellation) | await Sender.SendDueAsync(_channel, new ChannelCircuit(_time), Cancellation)) Assert.NotNull(_store);
        Assert.Equal(12, _channel.Sent.Count);
    }

    [Fact]
    public async Task Entries_OlderThanTheirAge_AreNotDeliveredAtAll()
    {
        await RecordAsync("test.wanted");
        _time.Advance(Limits.MaxAge);
        await RecordAsync("test.wanted");

        await RunAsync();

        Assert.Equal([1L], _channel.Sent.Select(sent => sent.Entry));
    }

    private async Task RecordAsync(params string[] kinds)
    {
        foreach (var kind in kinds) await _store.Audit.AppendAsync("default", new AuditDraft(kind, "system"), Cancellation);
    }

    private async Task RunAsync()
    {
        var circuit = new ChannelCircuit(_time);
        while (await Pump.StepAsync(_channel, Cancellation) | await Sender.SendDueAsync(_channel, circuit, Cancellation)) Assert.True(circuit.Allows);
    }

    private async Task<Delivery> OnlyAsync() => Assert.Single(await _store.Outbox.ListAsync("default", DeliveryState.Waiting, 10, Cancellation));

    private sealed class SimulatedCrashException : Exception;

    private sealed class FakeChannel(string name) : IOutboxChannel
    {
        public List<Delivery> Sent { get; } = [];

        public Func<Delivery, SendOutcome>? OnSend { get; set; }

        public bool Hangs { get; set; }

        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => name;

        public bool Wants(StoredEntry entry) => entry.Kind == "test.wanted";

        public async Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation)
        {
            Sent.Add(delivery);
            if (!Hangs) return OnSend?.Invoke(delivery) ?? SendOutcome.Taken;
            var forever = new TaskCompletionSource();
            await using var registered = cancellation.Register(() => forever.TrySetCanceled(cancellation));
            Hanging.TrySetResult();
            await forever.Task;
            return SendOutcome.Taken;
        }
    }
}
