using System.Text.Json;
using Sallyport.Server.Tests.Support;
using Sallyport.Verifier;

namespace Sallyport.Server.Tests.Crash;

/// <summary>Compares what three parties say: the store through its API, the audit log through the independent verifier, and the ledger of payments.</summary>
internal sealed class CrashOracle(CrashBase shared, GateProcess gate, long ledgerBefore)
{
    private static readonly string[] Terminal = ["succeeded", "failed", "denied", "expired", "cancelled", "escalated", "drafted"];
    private const int MostAttempts = 3; // As issue_refund declares.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(30);

    private readonly List<string> _violations = [];

    /// <summary>Waits until nothing moves any more; says what is still open when it takes too long.</summary>
    internal async Task SettleAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var limit = new CancellationTokenSource(SettleLimit);
        IReadOnlyList<string> open;
        do
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            open = await OpenAsync();
        }
        while (open.Count > 0 && !limit.IsCancellationRequested);
        foreach (var action in open) _violations.Add($"{action} did not settle");
    }

    /// <summary>Everything that does not agree; empty when all is well.</summary>
    internal async Task<IReadOnlyList<string>> ViolationsAsync(IReadOnlyDictionary<string, string> answers)
    {
        var leaves = await VerifiedLeavesAsync();
        var ledger = await LedgerAsync();
        var states = await StatesAsync(leaves);
        foreach (var key in ledger.GroupBy(entry => entry.IdempotencyKey, StringComparer.Ordinal))
        {
            if (key.Count() > 1) _violations.Add($"{key.Key} was applied {key.Count()} times");
            if (!states.ContainsKey(key.Key)) _violations.Add($"{key.Key} is in the ledger and unknown to the server");
            foreach (var entry in key)
                if (!leaves.Any(leaf => Text(leaf, "kind") == "effect.intent" && Text(leaf, "action_id") == key.Key && leaf.GetProperty("attempt").GetInt32() == entry.Attempt))
                    _violations.Add($"attempt {entry.Attempt} of {key.Key} was applied without a recorded intent");
        }

        foreach (var (action, state) in states)
        {
            var applied = ledger.Any(entry => entry.IdempotencyKey == action);
            var fits = state switch { "succeeded" => applied, "unknown" => MayStayUnknown(action, leaves, applied), _ => Terminal.Contains(state) && !applied };
            if (!fits) _violations.Add($"{action} is {state} and was {(applied ? "" : "not ")}applied");
        }

        foreach (var (action, answer) in answers)
        {
            var now = states.GetValueOrDefault(action);
            if (now is null || (Terminal.Contains(answer) && now != answer)) _violations.Add($"{action} was answered as {answer} and is {now ?? "gone"}");
        }

        return _violations;
    }

    /// <summary>A halt that was confirmed stays confirmed: it is in force and its receipt can be had.</summary>
    internal async Task MustBeHaltedAsync(string halt)
    {
        if ((await gate.SendAsync(HttpMethod.Get, "/v1/halts/" + halt, null, shared.Admin)).Status != 200) _violations.Add($"the receipt of {halt} is gone");
        var inForce = (await gate.SendAsync(HttpMethod.Get, "/v1/halts", null, shared.Admin)).Body.GetProperty("halts").EnumerateArray();
        if (inForce.All(each => Text(each, "id") != halt)) _violations.Add($"{halt} is not in force any more");
    }

    internal async Task<IReadOnlyList<LedgerEntry>> LedgerAsync() => [.. (await shared.Payments.LedgerAsync()).Where(entry => entry.Seq > ledgerBefore)];

    private async Task<IReadOnlyList<string>> OpenAsync()
    {
        // What payments still holds may land yet.
        if ((await shared.Payments.GetAdminAsync("/faults")).GetProperty("held").GetInt32() > 0) return ["a held request"];
        var ledger = await LedgerAsync();
        var leaves = await LeavesAsync();
        var states = await StatesAsync(leaves);
        return [.. states.Where(entry => !Terminal.Contains(entry.Value)
            && !(entry.Value == "unknown" && MayStayUnknown(entry.Key, leaves, ledger.Any(applied => applied.IdempotencyKey == entry.Key))))
            .Select(entry => $"{entry.Key} ({entry.Value})")];
    }

    /// <summary>
    /// Whether the contract's promise leaves a doubt to people: an absence proves nothing without a fence, and the same request is not sent
    /// for ever. What was applied is always found.
    /// </summary>
    private bool MayStayUnknown(string action, IReadOnlyList<JsonElement> leaves, bool applied) => !applied && shared.Mode switch
    {
        ConnectorMode.Fenced => false,
        ConnectorMode.Plain => true,
        ConnectorMode.Idempotent => leaves.Count(leaf => Text(leaf, "kind") == "effect.intent" && Text(leaf, "action_id") == action) >= MostAttempts,
    };

    private async Task<Dictionary<string, string>> StatesAsync(IReadOnlyList<JsonElement> leaves)
    {
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var action in leaves.Where(leaf => Text(leaf, "kind") == "action.accepted").Select(leaf => Text(leaf, "action_id")!).Distinct(StringComparer.Ordinal))
            states[action] = (await gate.SendAsync(HttpMethod.Get, "/v1/actions/" + action, null, shared.Admin)).MustBe(200).State!;
        return states;
    }

    private async Task<IReadOnlyList<JsonElement>> LeavesAsync() =>
        [.. (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, shared.Admin)).MustBeText(200).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Leaf)];

    private async Task<IReadOnlyList<JsonElement>> VerifiedLeavesAsync()
    {
        var export = Directory.CreateTempSubdirectory("sallyport-export-").FullName;
        try
        {
            // As `sallyport audit export` does: the checkpoint first, and what was appended meanwhile is cut off at its size.
            var checkpoint = (await gate.SendAsync(HttpMethod.Post, "/v1/audit/checkpoint", new { }, shared.Admin)).MustBeText(200);
            var size = int.Parse(checkpoint.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
            var lines = (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, shared.Admin)).MustBeText(200).Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(size).ToList();
            await File.WriteAllTextAsync(Path.Combine(export, "checkpoint"), checkpoint);
            await File.WriteAllLinesAsync(Path.Combine(export, "entries.ndjson"), lines);
            await File.WriteAllTextAsync(Path.Combine(export, "key"), (await gate.SendAsync(HttpMethod.Get, "/audit/key", null, shared.Admin)).MustBeText(200));
            var report = ExportVerifier.Verify(export);
            if (!report.Verified) _violations.Add("the audit log does not verify: " + string.Join("; ", report.Faults));
            return [.. lines.Select(Leaf)];
        }
        finally
        {
            Directory.Delete(export, recursive: true);
        }
    }

    private static JsonElement Leaf(string line) => JsonElement.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!));

    private static string? Text(JsonElement leaf, string name) => leaf.TryGetProperty(name, out var value) ? value.GetString() : null;
}
