using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Policy;

/// <summary>A candidate on what really happened: nothing is stored by it, and what cannot be told is not called unchanged.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Ever = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TestGate _gate = null!;
    private string _between = "";

    public async ValueTask InitializeAsync()
    {
        _gate = await TestGate.StartAsync();
        (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");
        (await _gate.RefundAsync("ord_000001", 2_000, "EUR")).MustBe(200, "succeeded");
        _between = (await _gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending").ActionId;
        (await _gate.RefundAsync("ord_000004", 250_000, "EUR")).MustBe(202, "pending");
        (await _gate.RefundAsync("ord_000010", 4_800, "EUR")).MustBe(403, "escalated");
    }

    public ValueTask DisposeAsync() => _gate is null ? ValueTask.CompletedTask : _gate.DisposeAsync();

    [Fact]
    public async Task Replay_OfTheActiveRelease_ChangesNothing()
    {
        var view = await ReplayAsync(new { since = Ever, files = Bundles.With() });

        Assert.Equal((5, 5, 0, 0, 0), Sums(view));
        Assert.Equal([("approve:1", "approve:1", 1), ("approve:2", "approve:2", 1), ("auto", "auto", 2), ("escalate", "escalate", 1)], Cells(view));
    }

    [Fact]
    public async Task Replay_OfALooserCandidate_NamesTheActionsAndTheMoney()
    {
        var view = await ReplayAsync(new { since = Ever, files = Bundles.Looser() });

        Assert.Equal((5, 4, 0, 1, 0), Sums(view));
        var cell = view.GetProperty("matrix").GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("change").GetString() == "loosened");
        Assert.Equal(("approve:1", "auto", _between), (cell.GetProperty("from").GetString(), cell.GetProperty("to").GetString(), cell.GetProperty("examples")[0].GetString()));
        var money = Assert.Single(view.GetProperty("to_automatic").EnumerateArray());
        Assert.Equal(("EUR", 1, 6_000), (money.GetProperty("currency").GetString(), money.GetProperty("actions").GetInt32(), money.GetProperty("minor").GetInt64()));
    }

    [Fact]
    public async Task Replay_OfATighterOrAnUnanswerableCandidate_SaysSo()
    {
        Assert.Equal((5, 4, 1, 0, 0), Sums(await ReplayAsync(new { since = Ever, files = Bundles.Tighter() })));
        var unknown = await ReplayAsync(new { since = Ever, files = Bundles.Candidate(("policy.yaml", "facts.customer.tenure_days > 90 &&", "facts.customer.tenure_days > 90 && has(facts.customer.region) &&")) });
        Assert.Equal((5, 0, 0, 0, 5), Sums(unknown));
        Assert.Contains("customer.region", unknown.GetProperty("matrix").GetProperty("reasons")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Bounded_SaysThatThereWasMoreAndOfAnotherPeriodOrWorkflowFindsNothing()
    {
        var bounded = await ReplayAsync(new { since = Ever, files = Bundles.With(), most = 2 });
        Assert.Equal((2, true), (bounded.GetProperty("replayed").GetInt32(), bounded.GetProperty("truncated").GetBoolean()));
        Assert.Equal(0, (await ReplayAsync(new { since = Ever.AddYears(200), files = Bundles.With() })).GetProperty("replayed").GetInt32());
        Assert.Equal(0, (await ReplayAsync(new { since = Ever, files = Bundles.With(), workflow = "access" })).GetProperty("replayed").GetInt32());
    }

    [Fact]
    public async Task Replay_ByWhoMayNotOrOfNonsense_IsRefusedAndNeverStoresAnything()
    {
        var before = (await _gate.SendAsync(HttpMethod.Get, "/v1/releases", null, await _gate.SessionAsync("otto"))).Text;

        (await SendAsync(new { since = Ever, files = Bundles.With() }, await _gate.TokenAsync())).MustBe(403, "people_only");
        (await SendAsync(new { since = Ever, files = Bundles.With() }, await _gate.SessionAsync("dana"))).MustBe(403, "role_required");
        var otto = await _gate.SessionAsync("otto");
        (await SendAsync(new { since = Ever }, otto)).MustBe(400, "invalid_request");
        (await SendAsync(new { files = Bundles.With() }, otto)).MustBe(400, "invalid_request");
        (await SendAsync(new { since = Ever, files = Bundles.With(), release = "sha256:0" }, otto)).MustBe(400, "invalid_request");
        (await SendAsync(new { since = Ever, release = "sha256:0" }, otto)).MustBe(404, "not_found");
        (await SendAsync(new { since = Ever, files = Bundles.With(), most = 10_001 }, otto)).MustBe(400, "invalid_request");
        (await SendAsync(new { since = Ever, files = Bundles.With(), examples = -1 }, otto)).MustBe(400, "invalid_request");
        (await SendAsync(new { since = Ever, files = new Dictionary<string, string> { ["policy.yaml"] = "x" } }, otto)).MustBe(422, "invalid_bundle");
        await ReplayAsync(new { since = Ever, files = Bundles.Looser() });

        Assert.Equal(before, (await _gate.SendAsync(HttpMethod.Get, "/v1/releases", null, otto)).Text);
    }

    [Fact]
    public async Task CommandLine_Replays_AndItsExitCodeSaysWhatWouldLoosen()
    {
        using var same = new Acceptance.BundleCopy();
        using var looser = new Acceptance.BundleCopy();
        foreach (var (path, text) in Bundles.Looser()) await File.WriteAllTextAsync(Path.Combine(looser.Folder, path), text, TestContext.Current.CancellationToken);
        using var unknown = new Acceptance.BundleCopy();
        unknown.Replace("policy.yaml", "facts.customer.tenure_days > 90 &&", "facts.customer.tenure_days > 90 && has(facts.customer.region) &&");

        (await CliAsync("policy", "replay", same.Folder, "--since", "30d")).MustExit(0);
        Assert.Contains("6000 minor units of EUR", (await CliAsync("policy", "replay", looser.Folder, "--since", "12h")).MustExit(1).Output, StringComparison.Ordinal);
        Assert.Contains("cannot tell 5", (await CliAsync("policy", "replay", unknown.Folder, "--since", "2000-01-01")).MustExit(2).Output, StringComparison.Ordinal);
        (await CliAsync("policy", "replay", same.Folder, "--since", "yesterday")).MustExit(3);
        (await CliAsync("policy", "replay", "nowhere", "--since", "1d")).MustExit(3);
        (await CliAsync("policy", "replay", same.Folder)).MustExit(3);
        var published = (await CliAsync("release", "publish", looser.Folder, "--json")).MustExit(0).Json.GetProperty("release").GetString()!;
        Assert.Contains(published, (await CliAsync("release", "list")).MustExit(0).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await CliAsync("policy", "replay", published, "--since", "30d", "--json")).MustExit(1).Json.GetProperty("matrix").GetProperty("loosened").GetInt32());
    }

    private async Task<CommandResult> CliAsync(params string[] arguments) =>
        await CommandLine.RunAsync(arguments, null, ("SALLYPORT_SERVER", _gate.Url), ("SALLYPORT_SESSION", await _gate.SessionAsync("otto")));

    private async Task<JsonElement> ReplayAsync(object call) => (await SendAsync(call, await _gate.SessionAsync("otto"))).MustBe(200).Body;

    private Task<GateReply> SendAsync(object call, string bearer) => _gate.SendAsync(HttpMethod.Post, "/v1/policy/replays", call, bearer);

    private static (int Replayed, int Same, int Tightened, int Loosened, int Unknown) Sums(JsonElement view)
    {
        var matrix = view.GetProperty("matrix");
        return (view.GetProperty("replayed").GetInt32(), matrix.GetProperty("same").GetInt32(), matrix.GetProperty("tightened").GetInt32(), matrix.GetProperty("loosened").GetInt32(), matrix.GetProperty("unknown").GetInt32());
    }

    private static IEnumerable<(string, string, int)> Cells(JsonElement view) => view.GetProperty("matrix").GetProperty("cells").EnumerateArray()
        .Select(cell => (cell.GetProperty("from").GetString()!, cell.GetProperty("to").GetString()!, cell.GetProperty("count").GetInt32()));
}
