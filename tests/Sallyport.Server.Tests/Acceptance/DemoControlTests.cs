using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>The demo judges by what happened: on the shipped bundle every control holds, on a broken one the broken control does not.</summary>
public sealed class DemoControlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact, Trait("req", "A0.1")]
    public async Task Demo_OnTheShippedBundle_HoldsEveryControlAndExitsZero()
    {
        var demo = (await CommandLine.RunAsync(["demo", "--once", "--json", "--bundle", Repository.RefundBundle], _folder)).MustExit(0);

        Assert.True(demo.Json.GetProperty("held").GetBoolean());
        Assert.True(demo.Json.GetProperty("controls").GetArrayLength() >= 15);
        Assert.All(demo.Json.GetProperty("controls").EnumerateArray(), control =>
        {
            Assert.True(control.GetProperty("held").GetBoolean(), control.ToString());
            Assert.False(string.IsNullOrEmpty(control.GetProperty("evidence").GetString()));
        });
    }

    /// <summary>What is broken in the bundle, and the controls that must notice.</summary>
    private static readonly Dictionary<string, (string[] Controls, (string File, string Find, string Replace)[] Edits)> Faults = new()
    {
        ["small refunds wait"] = (["small-refund-auto", "replay-changes-nothing", "kill-switch"],
            [("policy.yaml", "args.amount_minor <= 5000 && facts.customer.tenure_days > 90", "args.amount_minor <= 5 && facts.customer.tenure_days > 90")]),
        ["one person is enough"] = (["large-refund-waits", "two-people-approve", "chain-answers"],
        [
            ("policy.yaml", "count: 2, any_of: [\"group:finance-leads\"]", "count: 1, any_of: [\"group:finance-leads\"]"),
            ("policy.yaml", "args.amount_minor > 50000 && approvals < 2", "args.amount_minor > 50000 && approvals < 1"),
            ("workflow.yaml", "approvals: 2", "approvals: 1"),
        ]),
        ["medium refunds are denied"] = (["dry-run-shows-diff", "denial-is-final", "moved-fact-voids-approval"],
            [("policy.yaml", "when: \"args.amount_minor > 5000 && args.amount_minor <= 50000\"\n    decision: approve\n    approvers: { count: 1, any_of: [\"group:support-leads\"], exclude: [requester] }",
                "when: \"args.amount_minor > 5000 && args.amount_minor <= 50000\"\n    decision: deny")]),
        ["other groups may approve"] = (["agent-cannot-approve"], [("policy.yaml", "any_of: [\"group:finance-leads\"]", "any_of: [\"group:finance-leads\", \"group:support-leads\"]")]),
        ["every order is in the EU"] = (["out-of-scope-refused"], [("tools/issue-refund.yaml", "resource: \"region=${facts.order.region}\"\n", "resource: \"region=eu\"\n")]),
        ["budgets are endless"] = (["over-limit-refused"], [("workflow.yaml", "amount_per_task: { USD: 1000000, EUR: 1000000 }", "amount_per_task: { USD: 100000000, EUR: 100000000 }")]),
        ["voids are denied"] = (["rollback"], [("policy.yaml", "when: \"true\"\n    decision: approve\n    approvers: { count: 1, any_of: [\"group:support-leads\"], exclude: [requester] }", "when: \"true\"\n    decision: deny")]),
        ["promises are weaker than the rules"] = (["policy-is-proved"],
            [("policy.yaml", "args.amount_minor > 50000 && approvals < 2", "args.amount_minor > 50000 && approvals < 1"), ("workflow.yaml", "approvals: 2", "approvals: 1")]),
        ["orders are not correlated"] = (["chain-answers"], [("tools/issue-refund.yaml", "correlate: [args.order_id, facts.customer.id]", "correlate: [facts.customer.id]")]),
    };

    public static TheoryData<string> Broken => [.. Faults.Keys];

    [Theory, Trait("req", "A0.1")]
    [MemberData(nameof(Broken))]
    public async Task Demo_OnABrokenBundle_ShowsTheControlsThatDoNotHold(string fault)
    {
        using var bundle = new BundleCopy();
        foreach (var (file, find, replace) in Faults[fault].Edits) bundle.Replace(file, find, replace);

        var demo = (await CommandLine.RunAsync(["demo", "--once", "--json", "--bundle", bundle.Folder], _folder)).MustExit(1);

        Assert.False(demo.Json.GetProperty("held").GetBoolean());
        var broken = demo.Json.GetProperty("controls").EnumerateArray().Where(entry => !entry.GetProperty("held").GetBoolean()).Select(entry => entry.GetProperty("id").GetString()).ToList();
        Assert.All(Faults[fault].Controls, control => Assert.Contains(control, broken));
        // The audit log and others hold all the same.
        Assert.True(broken.Count <= 8, "Everything broke, so the control proves nothing: " + string.Join(", ", broken));
    }

    [Fact]
    public async Task Demo_EveryControl_CanBeMadeToFail()
    {
        var demo = (await CommandLine.RunAsync(["demo", "--once", "--json"], _folder)).MustExit(0);
        var controls = demo.Json.GetProperty("controls").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!);
        // A bundle cannot break the log itself: the control forges a copy and ExportVerifierTests forge many more.
        Assert.Equal(["audit-verifies-offline"], controls.Except(Faults.Values.SelectMany(fault => fault.Controls)));
    }
}
