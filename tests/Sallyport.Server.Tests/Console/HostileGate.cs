using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Console;

/// <summary>
/// A server to which everybody who can choose a text has given markup: the agent in its reason, arguments, keys and tasks, its name, people in
/// their reasons. The bundle takes any text as an argument and shows it in the diff.
/// </summary>
internal sealed class HostileGate : IAsyncDisposable
{
    /// <summary>Every way out of text into markup that the pages could offer, without blanks, since keys must have none.</summary>
    internal const string Payload = "\"'></textarea></title><script>alert('xss')</script><img/src=x/onerror=alert('xss')><svg/onload=alert('xss')>";

    private readonly BundleCopy _bundle;

    private HostileGate(BundleCopy bundle, TestGate gate) => (_bundle, Gate) = (bundle, gate);

    internal TestGate Gate { get; }

    /// <summary>Pages on which some of it is shown.</summary>
    internal IReadOnlyList<string> Paths { get; private set; } = [];

    internal static async Task<HostileGate> StartAsync()
    {
        var bundle = new BundleCopy().Replace("tools/issue-refund.yaml", "reason: { type: string, enum: [damaged, late, duplicate, goodwill] }", "reason: { type: string, maxLength: 500 }")
            .Replace("tools/issue-refund.yaml", "  after:\n", "  after:\n    words: \"${args.reason}\"\n");
        var hostile = new HostileGate(bundle, await TestGate.StartAsync(options => options.Bundles = [bundle.Folder]));
        await hostile.FillAsync();
        return hostile;
    }

    public async ValueTask DisposeAsync()
    {
        await Gate.DisposeAsync();
        _bundle.Dispose();
    }

    private async Task FillAsync()
    {
        var admin = await Gate.SessionAsync("admin");
        var person = new { username = "mallory", display_name = Payload[..60], password = TestGate.Password, groups = new[] { "support-leads", "finance-leads" }, roles = new[] { "approver", "operator" }, email = "mallory@example.com" };
        (await Gate.SendAsync(HttpMethod.Post, "/v1/people", person, admin)).MustBe(201);
        using var named = new TestAgent();
        var agent = new { name = "<img/src=x/onerror=alert('name')>", owner = "olivia", workflow = "refund", scopes = new[] { "refund:issue", "order:read" }, public_key = named.PublicJwk };
        named.Id = (await Gate.SendAsync(HttpMethod.Post, "/v1/agents", agent, admin)).MustBe(201).Str("agent_id")!;

        var denied = await ProposeAsync(named, 6_100);
        (await Gate.DecideAsync("dana", denied.ApprovalId!, approve: false, Payload)).MustBe(200, "denied");
        var pending = await ProposeAsync(named, 6_200);
        await Gate.ProposeAsync(Payload, new { anything = Payload }, null, "hostile-key-" + Payload, agent: named, reason: Payload);
        await Gate.ProposeAsync("issue_refund", new { order_id = Payload, amount_minor = 1, currency = Payload, reason = Payload }, null, "hostile-key-" + Payload, agent: named, reason: Payload);
        var halt = (await Gate.SendAsync(HttpMethod.Post, "/v1/halts", new { scope = "tool:void_refund", reason = Payload }, await Gate.SessionAsync("otto"))).MustBe(201).Str("halt_id");
        Paths =
        [
            "/", "/actions/" + pending.ActionId, "/actions/" + denied.ActionId, "/activity", "/activity?id=" + pending.ActionId, "/activity?id=" + Uri.EscapeDataString(Payload), "/agents", "/agents/" + named.Id,
            "/workflows", "/workflows/refund", "/dashboards", "/emergency", "/emergency?halt=" + halt, "/account", "/actions/" + Uri.EscapeDataString(Payload), "/?workflow=" + Uri.EscapeDataString(Payload[..90]),
            "/dashboards?workflow=" + Uri.EscapeDataString(Payload), "/actions/" + pending.ActionId + "?said=" + Uri.EscapeDataString(Payload),
        ];
    }

    private async Task<GateReply> ProposeAsync(TestAgent agent, long amount)
    {
        var input = new { ticket_id = Payload[..60], order_id = "ord_000003", message = Payload };
        var task = (await Gate.SendAsync(HttpMethod.Post, "/v1/tasks", new { workflow = "refund", source = "ticket", input }, await Gate.TokenAsync(agent))).MustBe(201).Str("task_id");
        return (await Gate.ProposeAsync("issue_refund", new { order_id = "ord_000003", amount_minor = amount, currency = "EUR", reason = Payload }, task, $"hostile-key-{amount}-{Payload}", agent: agent, reason: Payload)).MustBe(202, "pending");
    }
}
