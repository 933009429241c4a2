using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>The program as people use it: exit codes, JSON for programs, words instead of stack traces.</summary>
public sealed class CommandLineTests(TestGate gate) : IClassFixture<TestGate>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Verbs =>
    [
        "serve", "demo", "init", "check", "docs", "login", "logout", "person add", "person list", "agent create", "agent list", "agent rotate", "agent revoke", "approvals",
        "approve", "deny", "halt", "halts", "resume", "action show", "action compensate", "action resolve", "chain", "audit export", "audit verify", "audit who", "audit receipt", "audit rotate-key", "audit erase", "fsck", "policy test", "policy explain", "policy replay", "policy shadow start", "policy shadow stop", "policy shadow report", "release publish", "release list",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_OfEveryVerb_HasAnExample(string verb) =>
        Assert.Contains("Example: sallyport " + verb, (await CommandLine.RunAsync([.. verb.Split(' '), "--help"])).MustExit(0).Output, StringComparison.Ordinal);

    public static TheoryData<string, int> Mistakes => new()
    {
        { "nonsense", 3 }, { "approve", 3 }, { "halt all", 3 }, { "init x --template payroll", 3 }, { "action resolve act_1 --outcome perhaps --evidence x", 3 },
        { "check nowhere", 1 }, { "audit verify nowhere", 1 }, { "audit who nowhere --action act_1", 1 }, { "fsck --data nowhere", 3 }, { "serve --config nowhere.json", 3 }, { "serve --connector payments", 3 }, { "serve --data d --bundle nowhere --listen http://127.0.0.1:0", 1 },
        { "docs nowhere --out o", 1 }, { "policy test nowhere", 3 }, { "release publish nowhere", 1 }, { "policy test --coverage-min 101", 3 }, { "policy test --boundaries some", 3 }, { "agent rotate nowhere.json", 1 },
        { "approvals --server http://127.0.0.1:1", 2 }, { "approvals --server nonsense", 3 }, { "login dana --server http://127.0.0.1:1", 2 }, { "demo --once --bundle nowhere", 1 },
        { "action show act_0", 1 }, { "policy explain act_0", 1 }, { "chain nothing-here", 1 }, { "resume hlt_0", 1 }, { "approve apr_0 --digest sha256:0", 1 }, { "halt customer:7 --reason x", 1 },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistake_EndsWithItsCodeAndWords(string arguments, int code)
    {
        var run = (await SallyportAsync("dana", arguments.Split(' '))).MustExit(code);

        Assert.False(string.IsNullOrWhiteSpace(run.Errors + run.Output));
    }

    [Fact, Trait("req", "A2.3"), Trait("req", "A3.D")]
    public async Task Person_SignsInApprovesWithTheDigestAndReadsTheChain()
    {
        (string, string)[] home = [("SALLYPORT_CONFIG", _folder), ("SALLYPORT_SERVER", gate.Url), ("SALLYPORT_PASSWORD", TestGate.Password)];
        (await CommandLine.RunAsync(["approvals"], _folder, home)).MustExit(1);
        Assert.Equal("dana", (await CommandLine.RunAsync(["login", "dana", "--json"], _folder, home)).MustExit(0).Json.GetProperty("username").GetString());
        var pending = (await gate.RefundAsync("ord_000003", 8_000, "EUR")).MustBe(202, "pending");

        var listed = (await CommandLine.RunAsync(["approvals", "--json"], _folder, home)).MustExit(0).Json.GetProperty("approvals").EnumerateArray().Single(entry => entry.GetProperty("id").GetString() == pending.ApprovalId);
        (await CommandLine.RunAsync(["approve", pending.ApprovalId!, "--digest", "sha256:0"], _folder, home)).MustExit(1);
        Assert.Empty(await gate.Payments.LedgerOfAsync(pending.ActionId));
        (await CommandLine.RunAsync(["approve", pending.ApprovalId!, "--digest", listed.GetProperty("digest").GetString()!, "--json"], _folder, home)).MustExit(0);

        Assert.Equal("succeeded", (await CommandLine.RunAsync(["action", "show", pending.ActionId, "--wait", "30", "--json"], _folder, home)).MustExit(0).Json.GetProperty("state").GetString());
        Assert.Single(await gate.Payments.LedgerOfAsync(pending.ActionId));
        Assert.Contains("dana", (await CommandLine.RunAsync(["chain", pending.ActionId], _folder, home)).MustExit(0).Output, StringComparison.Ordinal);
        (await CommandLine.RunAsync(["logout"], _folder, home)).MustExit(0);
        (await CommandLine.RunAsync(["approvals"], _folder, home)).MustExit(1);
    }

    [Fact, Trait("req", "A5.1")]
    public async Task Operator_HaltsAndResumesATool()
    {
        var halted = (await SallyportAsync("otto", "halt", "tool:void_refund", "--reason", "a test", "--json")).MustExit(0).Json;

        Assert.Contains("tool:void_refund", (await SallyportAsync("otto", "halts", "--json")).MustExit(0).Output, StringComparison.Ordinal);
        (await SallyportAsync("dana", "resume", halted.GetProperty("halt_id").GetString()!)).MustExit(1);
        (await SallyportAsync("otto", "resume", halted.GetProperty("halt_id").GetString()!, "--json")).MustExit(0);
    }

    [Fact, Trait("req", "A2.1"), Trait("req", "A2.D")]
    public async Task Administrator_CreatesRotatesAndRevokesAnAgent_WhoseKeyStaysInOneFile()
    {
        var file = Path.Combine(_folder, "bot.json");
        var agent = (await SallyportAsync("admin", "agent", "create", "cli-bot", "--owner", "olivia", "--workflow", "refund", "--scope", "order:read", "--out", file, "--json")).MustExit(0).Json;
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        (await SallyportAsync("admin", "agent", "rotate", file, "--overlap-minutes", "5")).MustExit(0);

        Assert.NotEqual(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFiles(_folder));
        (await SallyportAsync("admin", "agent", "revoke", agent.GetProperty("agent_id").GetString()!, "--reason", "a test")).MustExit(0);
        (await SallyportAsync("admin", "agent", "revoke", agent.GetProperty("agent_id").GetString()!, "--reason", "again")).MustExit(1);
    }

    [Fact, Trait("req", "A4.1")]
    public async Task Audit_IsExportedVerifiedOffline_AndAForgeryIsCaught()
    {
        var export = Path.Combine(_folder, "export");
        (await SallyportAsync("dana", "audit", "export", export)).MustExit(0);
        (await CommandLine.RunAsync(["audit", "verify", export, "--json"])).MustExit(0);

        var entries = Path.Combine(export, "entries.ndjson");
        var lines = await File.ReadAllLinesAsync(entries, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(entries, lines.Skip(1), TestContext.Current.CancellationToken);
        (await CommandLine.RunAsync(["audit", "verify", export])).MustExit(1);
    }

    [Fact, Trait("req", "A1.D"), Trait("req", "A2.D"), Trait("req", "B2.D")]
    public async Task Bundle_IsWrittenCheckedAndDocumented()
    {
        var bundle = Path.Combine(_folder, "refunds");
        (await CommandLine.RunAsync(["init", bundle, "--template", "refund"])).MustExit(0);
        (await CommandLine.RunAsync(["init", bundle, "--template", "refund"])).MustExit(1);
        (await CommandLine.RunAsync(["check", bundle])).MustExit(0);
        (await CommandLine.RunAsync(["docs", bundle, "--out", Path.Combine(_folder, "docs")])).MustExit(0);
        foreach (var (document, text) in ((string, string)[])[("tool-spec.md", "issue_refund"), ("auth-scopes.md", "refund:issue"), ("permission-matrix.md", "2 of group:finance-leads"), ("permission-matrix.html", "<table>")])
            Assert.Contains(text, await File.ReadAllTextAsync(Path.Combine(_folder, "docs", document), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var policy = Path.Combine(bundle, "policy.yaml");
        await File.WriteAllTextAsync(policy, (await File.ReadAllTextAsync(policy, TestContext.Current.CancellationToken)).Replace("facts.customer.tenure_days", "facts.customer.tenure_day", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var faults = (await CommandLine.RunAsync(["check", bundle])).MustExit(1);
        Assert.Matches(@"policy\.yaml:\d+:\d+: .*tenure_day", faults.Output + faults.Errors);
        Assert.Equal(JsonValueKind.Array, (await CommandLine.RunAsync(["check", bundle, "--json"])).MustExit(1).Json.GetProperty("faults").ValueKind);
    }

    private async Task<CommandResult> SallyportAsync(string person, params string[] arguments) => await CommandLine.RunAsync(arguments, _folder,
        ("SALLYPORT_CONFIG", _folder), ("SALLYPORT_SERVER", gate.Url), ("SALLYPORT_SESSION", await gate.SessionAsync(person)), ("SALLYPORT_PASSWORD", "wrong-password"));
}
