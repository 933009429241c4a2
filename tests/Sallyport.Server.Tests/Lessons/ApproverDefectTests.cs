using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Lessons;

/// <summary>Defects found in other gates, as tests of this one: who could decide that should not have.</summary>
public sealed class ApproverDefectTests(TestGate gate) : IClassFixture<TestGate>
{
    // Elsewhere the link in an e-mail carries a token that lets a signed-out person decide.
    [Fact, Trait("req", "A2.3")]
    public async Task SignedOutPerson_CannotDecide_WhateverTheAddressCarries()
    {
        await using var own = await TestGate.StartAsync();
        var pending = (await own.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        var session = await own.SessionAsync("dana");
        var digest = (await own.SendAsync(HttpMethod.Get, "/v1/approvals/" + pending.ApprovalId, null, session)).MustBe(200).Str("digest");
        var path = $"/v1/approvals/{pending.ApprovalId}/decision";
        foreach (var query in (string[])["?token=" + session, "?access_token=" + session, "?session=" + session])
            (await own.SendAsync(HttpMethod.Post, path + query, new { decision = "approve", digest }, null)).MustBe(401, "unauthenticated");

        Assert.Equal(204, (await own.SendAsync(HttpMethod.Delete, "/v1/sessions/current", null, session)).Status);

        (await own.SendAsync(HttpMethod.Post, path, new { decision = "approve", digest }, session)).MustBe(401, "unauthenticated");
        (await own.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
    }

    // Elsewhere administrators may approve what they asked for themselves, and the role alone makes them approvers.
    [Fact, Trait("req", "A2.3")]
    public async Task Administrator_IsNoApproverByRole_AndNeverOfTheirOwnRequest()
    {
        var boss = new { username = "boss", display_name = "Boss", password = TestGate.Password, groups = new[] { "support-leads" }, roles = new[] { "administrator", "operator", "approver" } };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", boss, await gate.SessionAsync("admin"))).MustBe(201);
        var refund = (await gate.RefundAsync("ord_000001", 110, "EUR")).MustBe(200, "succeeded");

        var own = (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{refund.ActionId}/compensate", null, await gate.SessionAsync("boss"))).MustBe(202, "pending");

        (await gate.DecideAsync("admin", own.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await gate.DecideAsync("boss", own.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await gate.DecideAsync("dana", own.ApprovalId!)).MustBe(200);
    }

    // Elsewhere one human who is in several groups fills a seat for each of them.
    [Fact, Trait("req", "A2.3")]
    public async Task OneHumanInManyGroups_FillsOneSeat()
    {
        var many = new { username = "many", display_name = "Many", password = TestGate.Password, groups = new[] { "finance-leads", "support-leads" }, roles = new[] { "approver" } };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", many, await gate.SessionAsync("admin"))).MustBe(201);
        var pending = (await gate.RefundAsync("ord_000004", 60_100, "EUR")).MustBe(202, "pending");

        (await gate.DecideAsync("many", pending.ApprovalId!)).MustBe(200, "pending");
        (await gate.DecideAsync("many", pending.ApprovalId!)).MustBe(409, "already_decided");

        Assert.Empty(await gate.Payments.LedgerOfAsync(pending.ActionId));
        (await gate.DecideAsync("frank", pending.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
    }

    // Elsewhere the quorum is met only when the count of approvals equals it, so one vote too many leaves it open for ever.
    [Fact, Trait("req", "A3.1")]
    public async Task Quorum_WithMoreVotersThanItNeeds_IsMetOnceByDistinctPeople()
    {
        var third = new { username = "heidi", display_name = "Heidi", password = TestGate.Password, groups = new[] { "finance-leads" }, roles = new[] { "approver" } };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", third, await gate.SessionAsync("admin"))).MustBe(201);
        foreach (var person in (string[])["frank", "grace", "heidi"]) await gate.SessionAsync(person);
        var pending = (await gate.RefundAsync("ord_000004", 60_200, "EUR")).MustBe(202, "pending");

        var answers = await Task.WhenAll(new[] { "frank", "grace", "heidi" }.Select(person => gate.DecideAsync(person, pending.ApprovalId!)));

        Assert.InRange(answers.Count(answer => answer.Status == 200), 2, 3);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(pending.ActionId));
    }

    // Elsewhere any key of the API, the agent's own too, can approve, for roles are never checked or the socket is shared.
    [Theory, Trait("req", "A3.3")]
    [InlineData("GET", ""), InlineData("GET", "/{approval}"), InlineData("POST", "/{approval}/decision")]
    public async Task AgentsOwnCredential_OnTheApprovals_IsRefusedAndRaisesAnAlarm(string method, string path)
    {
        var pending = (await gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        var before = (await gate.EntriesAsync("alarm.machine_on_people_endpoint")).Count;

        var body = method == "POST" ? new { decision = "approve", digest = "sha256:0" } : null;
        (await gate.SendAsync(HttpMethod.Parse(method), "/v1/approvals" + path.Replace("{approval}", pending.ApprovalId), body, await gate.TokenAsync())).MustBe(403, "people_only");

        var alarms = await gate.EntriesAsync("alarm.machine_on_people_endpoint");
        Assert.Equal(before + 1, alarms.Count);
        Assert.Equal("agent:" + gate.Agent.Id, alarms[^1].GetProperty("actor").GetString());
        (await gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
    }

    // Elsewhere the approver's id is a header or a member of the body that the caller fills in, so two strings are two people.
    [Fact, Trait("req", "A2.3")]
    public async Task SelfDeclaredApprover_CountsForNothing()
    {
        var pending = (await gate.RefundAsync("ord_000004", 60_300, "EUR")).MustBe(202, "pending");
        var session = await gate.SessionAsync("frank");
        var digest = (await gate.SendAsync(HttpMethod.Get, "/v1/approvals/" + pending.ApprovalId, null, session)).MustBe(200).Str("digest");
        var path = $"/v1/approvals/{pending.ApprovalId}/decision";
        (await gate.SendAsync(HttpMethod.Post, path, new { decision = "approve", digest, approver_id = "grace" }, session)).MustBe(400, "invalid_request");

        foreach (var claim in (string[])["frank", "grace"])
            await gate.SendAsync(HttpMethod.Post, path, new { decision = "approve", digest }, session, ("X-Principal-Id", claim), ("X-Approver", claim), ("X-Forwarded-User", claim));

        (await gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
        var votes = (await gate.EntriesAsync("decision.approve")).Where(leaf => leaf.GetProperty("action_id").GetString() == pending.ActionId).ToList();
        var person = Assert.Single(votes).GetProperty("actor").GetString();
        Assert.StartsWith("person:usr_", person, StringComparison.Ordinal);
    }

    // Elsewhere the approval's hash covers a pointer to the payload, so what is approved can be exchanged.
    [Fact, Trait("req", "A3.3")]
    public async Task ApprovalDigest_CoversThePayload_SoItFitsNoOtherAction()
    {
        var task = await gate.OpenTaskAsync();
        var (benign, costly) = ((await gate.RefundAsync("ord_000003", 6_000, "EUR", task)).MustBe(202), (await gate.RefundAsync("ord_000003", 32_000, "EUR", task)).MustBe(202));
        var session = await gate.SessionAsync("dana");
        var seen = (await gate.SendAsync(HttpMethod.Get, "/v1/approvals/" + benign.ApprovalId, null, session)).MustBe(200).Str("digest");

        foreach (var digest in (string[])[seen!, costly.ApprovalId!, costly.ActionId, ""])
            (await gate.SendAsync(HttpMethod.Post, $"/v1/approvals/{costly.ApprovalId}/decision", new { decision = "approve", digest }, session)).MustBe(409, "approval_digest_mismatch");

        (await gate.WaitAsync(costly.ActionId, 0)).MustBe(200, "pending");
        Assert.Empty(await gate.Payments.LedgerOfAsync(costly.ActionId));
    }
}
