using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>A copy of the base with a server in a process of its own, for tests that break one thing at a time.</summary>
internal sealed class CrashCalls(CrashBase shared, GateProcess gate)
{
    private string? _token;

    internal async Task<GateReply?> RefundAsync(string key, string order = "ord_000001", long amount = 7, string currency = "EUR")
    {
        _token ??= await shared.TokenAsync(gate);
        var call = new { arguments = TestGate.RefundArguments(order, amount, currency), task_id = shared.Task, idempotency_key = "calls-key-0000-" + key };
        return await gate.TrySendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, _token);
    }

    /// <summary>A refund that waits for a person.</summary>
    internal async Task<GateReply> PendingAsync(string key) => (await RefundAsync(key, "ord_000011", 2, "USD"))!.MustBe(202, "pending");

    internal async Task<GateReply?> DecideAsync(string person, GateReply pending, bool approve)
    {
        var seen = await gate.TrySendAsync(HttpMethod.Get, "/v1/approvals/" + pending.ApprovalId, null, person);
        var call = new { decision = approve ? "approve" : "deny", digest = seen?.Str("digest"), reason = "a test decides" };
        return await gate.TrySendAsync(HttpMethod.Post, $"/v1/approvals/{pending.ApprovalId}/decision", call, person);
    }

    internal async Task<string> StateAsync(string action) => (await gate.SendAsync(HttpMethod.Get, "/v1/actions/" + action, null, shared.Admin)).MustBe(200).State!;

    internal async Task UntilAsync(string action, string state) => await UntilAsync(async () => await StateAsync(action) == state);

    /// <summary>Waits until the audit log holds so many entries of a kind.</summary>
    internal async Task UntilRecordedAsync(string kind, int count) => await UntilAsync(async () =>
        (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, shared.Admin)).MustBeText(200).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Count(line => JsonElement.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!)).GetProperty("kind").GetString() == kind) == count);

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "What the test waits for did not happen within 30 s.");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>One base for all of these tests; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CrashCollection : ICollectionFixture<CrashFixture>
{
    public const string Name = "faults of the real processes";
}

/// <summary>The shipped bundle.</summary>
public sealed class CrashFixture : IAsyncLifetime
{
    internal CrashBase Base { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Base = await CrashBase.StartAsync(ConnectorMode.Fenced);

    public ValueTask DisposeAsync() => Base.DisposeAsync();

    /// <summary>A fresh copy; its server is not started.</summary>
    internal async Task<(string Folder, GateProcess Gate, CrashCalls Calls, CrashOracle Oracle)> CopyAsync(string? target = null)
    {
        await Base.Payments.HealAsync();
        var ledger = await Base.Payments.LedgerAsync();
        var (folder, gate) = Base.Copy(target);
        return (folder, gate, new CrashCalls(Base, gate), new CrashOracle(Base, gate, ledger.Count == 0 ? 0 : ledger[^1].Seq));
    }
}
