using Sallyport.Server.Tests.Policy;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>A server in the middle of a working day: things that wait, went well, were denied, failed, are in doubt, and a halted agent.</summary>
internal sealed class ConsoleStory
{
    /// <summary>A person who may see and do everything that the pages offer but people's accounts.</summary>
    internal const string Person = "mara.lindqvist";

    internal required string Medium { get; init; }

    internal required string Large { get; init; }

    internal required string Succeeded { get; init; }

    internal required string Denied { get; init; }

    internal required string Failed { get; init; }

    internal required string Unknown { get; init; }

    internal required string HaltId { get; init; }

    internal required string StoredRelease { get; init; }

    internal required string ActiveRelease { get; init; }

    internal static async Task<ConsoleStory> TellAsync(TestGate gate)
    {
        await AddMaraAsync(gate);
        for (var i = 1; i <= 6; i++) (await gate.RefundAsync("ord_000001", 200 + (i * 35), "EUR")).MustBe(200, "succeeded");
        var succeeded = await ApprovedAsync(gate, "ord_000003", 6_400, "EUR", "erin", "photo shows the damage");
        await ApprovedAsync(gate, "ord_000003", 5_200, "EUR", "dana", "carrier confirmed");
        var denied = (await gate.RefundAsync("ord_000003", 9_900, "EUR")).MustBe(202, "pending");
        (await gate.DecideAsync("erin", denied.ApprovalId!, approve: false, "Customer was already paid by the carrier.")).MustBe(200, "denied");
        (await gate.RefundAsync("ord_000010", 4_800, "EUR")).MustBe(403, "escalated");
        (await gate.RefundAsync("ord_000006", 1_800, "EUR")).MustBe(403, "escalated");
        await RefusedAsync(gate);
        await gate.Payments.FaultAsync("refuse");
        var failed = (await gate.RefundAsync("ord_000002", 900, "USD")).MustBe(409, "effect_refused");
        await gate.Payments.HealAsync();

        var medium = await PendingAsync(gate, "ord_000003", 18_000, "EUR", "damaged", "The customer writes that the parcel arrived crushed and sent two photos. The carrier has no record of it yet.");
        var large = await PendingAsync(gate, "ord_000004", 250_000, "EUR", "damaged", "Whole order is unusable; the customer asks for everything back.");
        (await gate.DecideAsync("frank", large.ApprovalId!, reason: "Matches the carrier's report.")).MustBe(200, "pending");
        await PendingAsync(gate, "ord_000011", 2_500, "USD", "goodwill", "First order, arrived four days late.");
        await PendingAsync(gate, "ord_000012", 48_000, "USD", "duplicate", null);
        await PendingAsync(gate, "ord_000005", 620_000, "USD", "damaged", "Three of five pallets were dropped at the dock.");
        await VoidAsync(gate, succeeded);

        (await gate.RefundAsync("ord_000003", 7_100, "EUR", agent: gate.EuAgent)).MustBe(202, "pending");
        var halt = (await gate.HaltAsync("agent:" + gate.EuAgent.Id)).MustBe(201);
        var admin = await gate.SessionAsync("admin");
        var stored = (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new { files = Bundles.Tighter() }, admin)).MustBe(201).Str("release")!;
        var active = (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, admin)).MustBe(200).Body.GetProperty("releases").EnumerateArray().First(release => release.GetProperty("active").GetBoolean()).GetProperty("release").GetString()!;
        // Last of all, since from here on the payments service does not answer: what is in doubt stays so.
        await gate.Payments.FaultAsync("close_without_effect");
        var unknown = (await gate.RefundAsync("ord_000013", 2_100, "USD")).MustBe(504, "effect_unknown");
        await gate.Payments.KillAsync();
        return new ConsoleStory
        {
            Medium = medium.ActionId, Large = large.ActionId, Succeeded = succeeded, Denied = denied.ActionId, Failed = failed.ActionId, Unknown = unknown.ActionId,
            HaltId = halt.Str("halt_id")!, StoredRelease = stored, ActiveRelease = active,
        };
    }

    /// <summary>Every page with an example of each of its faces.</summary>
    internal IReadOnlyList<(string Name, string Path)> Pages(TestGate gate) =>
    [
        ("inbox", "/"), ("inbox-narrowed", "/?risk=low"), ("action-pending", "/actions/" + Medium), ("action-two-people", "/actions/" + Large), ("action-succeeded", "/actions/" + Succeeded),
        ("action-denied", "/actions/" + Denied), ("action-failed", "/actions/" + Failed), ("action-unknown", "/actions/" + Unknown), ("activity", "/activity"), ("activity-order", "/activity?id=ord_000003"),
        ("activity-nothing", "/activity?id=ord_424242"), ("agents", "/agents"), ("agent", "/agents/" + gate.Agent.Id), ("agent-halted", "/agents/" + gate.EuAgent.Id), ("workflows", "/workflows"),
        ("workflow", "/workflows/refund"), ("matrix", "/workflows/refund/matrix"), ("release", $"/workflows/refund/releases/{StoredRelease}?against={ActiveRelease}"), ("dashboards", "/dashboards"),
        ("emergency", "/emergency"), ("emergency-receipt", "/emergency?halt=" + HaltId), ("account", "/account"), ("passkeys", "/account/passkeys"), ("not-found", "/actions/act_none"),
    ];

    private static async Task AddMaraAsync(TestGate gate)
    {
        var call = new { username = Person, display_name = "Mara Lindqvist", password = TestGate.Password, groups = new[] { "support-leads", "finance-leads" }, roles = new[] { "approver", "operator" }, email = "mara@example.com" };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", call, await gate.SessionAsync("admin"))).MustBe(201);
    }

    private static async Task<GateReply> PendingAsync(TestGate gate, string order, long amount, string currency, string why, string? words) =>
        (await gate.ProposeAsync("issue_refund", TestGate.RefundArguments(order, amount, currency, why), await gate.OpenTaskAsync(), gate.NewKey(), reason: words, confidence: 0.82)).MustBe(202, "pending");

    private static async Task<string> ApprovedAsync(TestGate gate, string order, long amount, string currency, string by, string reason)
    {
        var pending = (await gate.RefundAsync(order, amount, currency)).MustBe(202, "pending");
        (await gate.DecideAsync(by, pending.ApprovalId!, reason: reason)).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        return pending.ActionId;
    }

    private static async Task RefusedAsync(TestGate gate)
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        await gate.RefundAsync("ord_999999", 100, "EUR");
        await gate.RefundAsync("ord_000002", 100, "EUR");
        await gate.RefundAsync("ord_000002", 100, "EUR");
        await gate.RefundAsync("ord_000008", 1, "EUR");
        (await gate.RefundAsync("ord_000013", 300, "USD", task, key)).MustBe(200, "succeeded");
        await gate.RefundAsync("ord_000013", 300, "USD", task, key);
        await gate.RefundAsync("ord_000013", 301, "USD", task, key);
    }

    private static async Task VoidAsync(TestGate gate, string refunded)
    {
        var refund = (await gate.WaitAsync(refunded)).Body.GetProperty("result").GetProperty("id").GetString();
        (await gate.ProposeAsync("void_refund", new { refund_id = refund, order_id = "ord_000003" }, await gate.OpenTaskAsync(), gate.NewKey(), reason: "The customer found the parcel after all.")).MustBe(202, "pending");
    }
}
