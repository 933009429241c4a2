using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Policies that name a duty: the real server asks the vendor who holds it and records what it was told.</summary>
public sealed class DirectoryGateTests
{
    private const string Leads = "[\"group:support-leads\"]";

    [Fact, Trait("req", "A2.3")]
    public async Task OnCall_IsWhoeverThePagerSays_AndNobodyElse()
    {
        await using var pager = new PagerDutyStub();
        await pager.StartAsync();
        pager.Oncalls.Add(PagerDutyStub.Oncall("PFIN", "PDANA", null));
        using var bundle = new BundleCopy().WithoutTests().Replace("policy.yaml", Leads, "[\"oncall:refunds\"]");
        await using var gate = await TestGate.StartAsync(options =>
        {
            options.Bundles = [bundle.Folder];
            options.Integrations.PagerDuty = new PagerDutyOptions
            {
                ApiUrl = pager.Url, Token = IntegrationGate.Secret(PagerDutyStub.Token), Schedules = new Dictionary<string, IReadOnlyList<string>> { ["refunds"] = ["PFIN"] },
            };
        });
        await gate.LinkAsync("dana", "pagerduty", "PDANA");
        var pending = (await gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");

        (await gate.DecideAsync("erin", pending.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);

        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Contains("pagerduty:schedule/PFIN", Assert.Single(await gate.EntriesAsync("decision.approve")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact, Trait("req", "A2.3")]
    public async Task TicketAssignee_IsWhoeverJiraSays_AndUnknownWhenItCannotSay()
    {
        await using var jira = new JiraStub();
        await jira.StartAsync();
        jira.Issues["TCK-1001"] = new { key = "TCK-1001", fields = new { assignee = new { accountId = "ACC-DANA" } } };
        using var bundle = new BundleCopy().WithoutTests().Replace("policy.yaml", Leads, "[ticket-assignee]")
            .Replace("workflow.yaml", "    says: A support ticket that names the order and says what went wrong.\n", "    says: A support ticket that names the order and says what went wrong.\n    ticket: { system: jira, field: ticket_id }\n");
        await using var gate = await TestGate.StartAsync(options =>
        {
            options.Bundles = [bundle.Folder];
            options.Integrations.Jira = new JiraOptions { Url = jira.Url, User = JiraStub.User, Token = IntegrationGate.Secret(JiraStub.Token), TicketProjects = ["TCK"] };
        });
        await gate.LinkAsync("dana", "jira", "ACC-DANA");
        var pending = (await gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");

        (await gate.DecideAsync("erin", pending.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Contains("jira:TCK-1001", Assert.Single(await gate.EntriesAsync("decision.approve")).GetRawText(), StringComparison.Ordinal);
    }
}
