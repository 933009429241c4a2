using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Policy;

/// <summary>A candidate in the shadow is asked and written down, and changes nothing.</summary>
public sealed class ShadowTests : IAsyncLifetime
{
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync();

    public ValueTask DisposeAsync() => _gate is null ? ValueTask.CompletedTask : _gate.DisposeAsync();

    [Fact, Trait("req", "A3.3")]
    public async Task Story_WithAndWithoutACandidate_HasTheSameOutcomesStatesAndEffects()
    {
        var without = await PlayAsync(_gate);
        await using var shadowed = await TestGate.StartAsync();
        await StartAsync(shadowed, Bundles.Looser());

        Assert.Equal(without, await PlayAsync(shadowed));
        Assert.Equal(5, (await ReportAsync(shadowed)).GetProperty("decisions").GetInt32());
    }

    [Fact]
    public async Task Report_OfARun_CountsEveryDecisionDryRunsIncludedAndSurvivesARestartAndTheStop()
    {
        (await _gate.RefundAsync("ord_000001", 100, "EUR")).MustBe(200, "succeeded");
        var hash = await StartAsync(_gate, Bundles.Looser());
        (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");
        var asked = (await _gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        await _gate.RestartServerAsync();
        (await _gate.RefundAsync("ord_000003", 6_500, "EUR", dryRun: true)).MustBe(200, "dry_run");

        var report = await ReportAsync(_gate);

        Assert.Equal((hash, 3), (report.GetProperty("release").GetString(), report.GetProperty("decisions").GetInt32()));
        var loosened = report.GetProperty("matrix").GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("change").GetString() == "loosened");
        Assert.Equal(("approve:1", "auto", 2, asked.ActionId), (loosened.GetProperty("from").GetString(), loosened.GetProperty("to").GetString(), loosened.GetProperty("count").GetInt32(), loosened.GetProperty("examples")[0].GetString()));
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/policy/shadows/refund", null, await _gate.SessionAsync("otto"))).MustBe(200);
        (await _gate.RefundAsync("ord_000001", 200, "EUR")).MustBe(200, "succeeded");
        Assert.Equal(3, (await ReportAsync(_gate)).GetProperty("decisions").GetInt32());
        Assert.Single(await _gate.EntriesAsync("shadow.started"));
        Assert.Single(await _gate.EntriesAsync("shadow.stopped"));
    }

    [Fact]
    public async Task Candidate_ThatLacksTheToolOrFails_IsReportedAndTheRealDecisionStands()
    {
        // Another contract for the arguments, and a rule that cannot be evaluated on what is there.
        await StartAsync(_gate, Bundles.Candidate(("tools/issue-refund.yaml", "enum: [damaged, late, duplicate, goodwill]", "enum: [late, duplicate, goodwill]"), ("tools/issue-refund.yaml", "reason: damaged", "reason: late"),
            ("policy.yaml", "size(facts.customer.flags) == 0\"", "facts.customer.flags[7] != ''\"")));

        (await _gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000001", 700, "EUR"), await _gate.OpenTaskAsync(), _gate.NewKey())).MustBe(200, "succeeded");
        (await _gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000001", 800, "EUR", "late"), await _gate.OpenTaskAsync(), _gate.NewKey())).MustBe(200, "succeeded");

        Assert.Equal([("auto", "deny", "tightened"), ("auto", "refused", "tightened")], (await ReportAsync(_gate)).GetProperty("matrix").GetProperty("cells").EnumerateArray()
            .Select(cell => (cell.GetProperty("from").GetString(), cell.GetProperty("to").GetString(), cell.GetProperty("change").GetString())));
    }

    [Fact]
    public async Task Start_ByWhoMayNotOrOfWhatIsNoCandidate_IsRefused()
    {
        var hash = (await PublishAsync(_gate, Bundles.Tighter())).Str("release");
        var otto = await _gate.SessionAsync("otto");

        (await SendAsync(hash, await _gate.TokenAsync())).MustBe(403, "people_only");
        (await SendAsync(hash, await _gate.SessionAsync("dana"))).MustBe(403, "role_required");
        (await SendAsync("sha256:0", otto)).MustBe(404, "not_found");
        (await SendAsync(_gate.Server.Release().Hash, otto)).MustBe(400, "invalid_request");
        (await _gate.SendAsync(HttpMethod.Get, "/v1/policy/shadows/refund/report", null, otto)).MustBe(404, "not_found");
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/policy/shadows/refund", null, otto)).MustBe(404, "not_found");
        (await SendAsync(hash, otto)).MustBe(201);
        (await SendAsync(hash, otto)).MustBe(409, "shadow_running");
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/policy/shadows/refund", null, await _gate.TokenAsync())).MustBe(403, "people_only");
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/policy/shadows/refund", null, await _gate.SessionAsync("dana"))).MustBe(403, "role_required");
        (await _gate.SendAsync(HttpMethod.Get, "/v1/policy/shadows", null, await _gate.TokenAsync())).MustBe(403, "people_only");
        (await _gate.SendAsync(HttpMethod.Get, "/v1/policy/shadows/refund/report?examples=51", null, otto)).MustBe(400, "invalid_request");
    }

    [Fact]
    public async Task CommandLine_StartsReportsAndStops()
    {
        var hash = (await PublishAsync(_gate, Bundles.Looser())).Str("release")!;

        (await CliAsync("policy", "shadow", "report")).MustExit(3);
        (await CliAsync("policy", "shadow", "start", hash)).MustExit(0);
        (await CliAsync("policy", "shadow", "start", hash)).MustExit(1);
        (await CliAsync("policy", "shadow", "report")).MustExit(0);
        (await _gate.RefundAsync("ord_000003", 6_000, "EUR", dryRun: true)).MustBe(200, "dry_run");
        Assert.Contains("1 loosened", (await CliAsync("policy", "shadow", "report")).MustExit(1).Output, StringComparison.Ordinal);
        (await CliAsync("policy", "shadow", "stop", "--json")).MustExit(0);
        (await CliAsync("policy", "shadow", "stop")).MustExit(3);
    }

    /// <summary>What an agent, people and the payments ledger see of a day's work, without ids and times.</summary>
    private static async Task<string> PlayAsync(TestGate gate)
    {
        var seen = new List<string>();
        void See(GateReply reply) => seen.Add($"{reply.Status} {reply.State} {reply.Code} {reply.Str("decision")} {reply.Str("rule")} {(reply.Body.TryGetProperty("diff", out var diff) ? diff.GetRawText() : "")}");
        See(await gate.RefundAsync("ord_000001", 700, "EUR"));
        See(await gate.RefundAsync("ord_000003", 6_500, "EUR", dryRun: true));
        var pending = await gate.RefundAsync("ord_000003", 6_000, "EUR");
        See(pending);
        See(await gate.RefundAsync("ord_000010", 4_800, "EUR"));
        See(await gate.RefundAsync("ord_000002", 100, "EUR"));
        var denied = await gate.RefundAsync("ord_000004", 250_000, "EUR");
        See(denied);
        await gate.DecideAsync("dana", pending.ApprovalId!);
        await gate.DecideAsync("frank", denied.ApprovalId!, approve: false);
        See(await gate.WaitAsync(pending.ActionId));
        See(await gate.WaitAsync(denied.ActionId));
        seen.AddRange((await gate.Payments.LedgerAsync()).Select(entry => $"{entry.Kind} {entry.Order} {entry.Amount} {entry.Currency}"));
        return string.Join("\n", seen);
    }

    private static async Task<string> StartAsync(TestGate gate, Dictionary<string, string> files)
    {
        var hash = (await PublishAsync(gate, files)).Str("release")!;
        (await gate.SendAsync(HttpMethod.Post, "/v1/policy/shadows", new { release = hash }, await gate.SessionAsync("otto"))).MustBe(201);
        return hash;
    }

    private static async Task<GateReply> PublishAsync(TestGate gate, Dictionary<string, string> files) =>
        (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new { files }, await gate.SessionAsync("otto"))).MustBe(201);

    private static async Task<JsonElement> ReportAsync(TestGate gate) =>
        (await gate.SendAsync(HttpMethod.Get, "/v1/policy/shadows/refund/report", null, await gate.SessionAsync("dana"))).MustBe(200).Body;

    private async Task<GateReply> SendAsync(string? hash, string bearer) => await _gate.SendAsync(HttpMethod.Post, "/v1/policy/shadows", new { release = hash }, bearer);

    private async Task<CommandResult> CliAsync(params string[] arguments) =>
        await CommandLine.RunAsync(arguments, null, ("SALLYPORT_SERVER", _gate.Url), ("SALLYPORT_SESSION", await _gate.SessionAsync("otto")));
}
