using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>
/// What an agent and two people do with a server that may vanish at any moment: refunds that pass by policy, one that a person approves, and
/// a halt while another is on its way. Everything that was answered is kept.
/// </summary>
internal sealed class CrashWork(CrashBase shared, GateProcess gate)
{
    private const int Automatic = 3;
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private string _token = "";

    /// <summary>The newest state that was answered about each action.</summary>
    internal IReadOnlyDictionary<string, string> Answers => _answers;

    /// <summary>The halt that was confirmed, if it was.</summary>
    internal string? HaltId { get; private set; }

    /// <summary>Does everything; false as soon as the server is gone.</summary>
    internal async Task<bool> RunAsync(bool halt = true)
    {
        if (await shared.TokenAsync(gate) is not { } token) return false;
        _token = token;
        for (var i = 0; i < Automatic; i++)
            if (await ProposeAsync(i, "ord_000001", 1 + i, "EUR") is null) return false;
        if (!await ApproveAsync()) return false;
        if (!halt) return true;
        var last = ProposeAsync(9, "ord_000013", 3, "USD");
        var halted = await gate.TrySendAsync(HttpMethod.Post, "/v1/halts", new { scope = "workflow:refund", reason = "the matrix halts it" }, shared.Admin);
        HaltId = halted?.Str("halt_id");
        return await last is not null && halted is not null;
    }

    /// <summary>Asks again for what is not known, as an agent with the same keys does, and lets the person decide what waits.</summary>
    internal async Task AgainAsync()
    {
        // A halt that became durable before the crash holds; then nothing more is proposed.
        if (await shared.TokenAsync(gate) is not { } token) return;
        _token = token;
        for (var i = 0; i < Automatic; i++) await ProposeAsync(i, "ord_000001", 1 + i, "EUR");
        await ApproveAsync();
    }

    private async Task<bool> ApproveAsync()
    {
        // A new customer: a person looks even at a small refund.
        if (await ProposeAsync(5, "ord_000011", 2, "USD") is not { } proposed) return false;
        if (proposed.Status != 202 || proposed.State != "pending") return true;
        var id = proposed.ApprovalId!;
        if (await gate.TrySendAsync(HttpMethod.Get, "/v1/approvals/" + id, null, shared.Dana) is not { } seen) return false;
        var decided = await gate.TrySendAsync(HttpMethod.Post, $"/v1/approvals/{id}/decision", new { decision = "approve", digest = seen.Str("digest"), reason = "looks right" }, shared.Dana);
        if (decided is null || await gate.TrySendAsync(HttpMethod.Get, $"/v1/actions/{proposed.ActionId}?wait=5s", null, _token) is not { } ended) return false;
        Keep(ended);
        return true;
    }

    private async Task<GateReply?> ProposeAsync(int key, string order, long amount, string currency)
    {
        var call = new { arguments = TestGate.RefundArguments(order, amount, currency), task_id = shared.Task, idempotency_key = $"matrix-key-{key:D6}" };
        var reply = await gate.TrySendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, _token);
        if (reply is not null) Keep(reply);
        return reply;
    }

    private void Keep(GateReply reply)
    {
        if (reply.Str("action_id") is { } action && (reply.State ?? StateOf(reply.Code)) is { } state) _answers[action] = state;
    }

    private static string? StateOf(string? code) => code switch { "effect_refused" => "failed", "effect_unknown" => "unknown", _ => null };
}
