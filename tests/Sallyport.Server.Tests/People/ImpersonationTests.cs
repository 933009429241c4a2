using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>Agents that act on behalf of a person: both identities in every record, rights of both, and the person never approves.</summary>
[Trait("req", "B2.1")]
public sealed class ImpersonationTests(ImpersonationTests.Gates gates) : IClassFixture<ImpersonationTests.Gates>
{
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    private static int _count;

    private TestGate Gate => gates.Gate;

    [Fact]
    public async Task Action_OnBehalfOfAPerson_KeepsBothIdentitiesAndIsApprovedBySomebodyElse()
    {
        var (_, token) = await ExchangedAsync("dana");
        var pending = (await RefundAsync(token, "ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        var dana = (await Gate.SendAsync(HttpMethod.Get, "/v1/people", null, await Gate.SessionAsync("dana"))).Body.GetProperty("people")
            .EnumerateArray().Single(person => person.GetProperty("username").GetString() == "dana").GetProperty("user_id").GetString()!;
        Assert.Equal(dana, pending.Str("on_behalf_of"));

        (await Gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await Gate.DecideAsync("erin", pending.ApprovalId!)).MustBe(200);

        (await Gate.SendAsync(HttpMethod.Get, $"/v1/actions/{pending.ActionId}?wait=30s", null, token)).MustBe(200, "succeeded");
        Assert.Single(await Gate.Payments.LedgerOfAsync(pending.ActionId));
        var steps = (await Gate.SendAsync(HttpMethod.Get, "/v1/chain/" + pending.ActionId, null, await Gate.SessionAsync("erin"))).MustBe(200).Body.GetProperty("steps").EnumerateArray()
            .Where(step => step.TryGetProperty("action_id", out var id) && id.GetString() == pending.ActionId).ToList();
        Assert.True(steps.Count >= 4);
        Assert.All(steps, step => Assert.Contains($"\"on_behalf_of\":\"{dana}\"", step.GetProperty("entry").GetRawText()));
        Assert.Contains($"\"proposer\":\"{Gate.Agent.Id}\"", steps[0].GetProperty("entry").GetRawText());
    }

    [Fact]
    public async Task Token_HasTheScopesThatBothHave()
    {
        var (_, delegation) = await DelegateAsync("dana", ["refund:issue:region=eu", "order:read"]);
        var both = (await ExchangeAsync(Gate.Agent, delegation)).MustBe(200);
        Assert.Equal("order:read refund:issue:region=eu", string.Join(' ', both.Str("scope")!.Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal(AccessToken, both.Str("issued_token_type"));

        (await RefundAsync(both.Str("access_token")!, "ord_000002", 300, "USD")).MustBe(403, "insufficient_scope");
        Assert.Equal("invalid_scope", (await ExchangeAsync(Gate.Agent, delegation, "refund:issue")).MustBe(400).Str("error"));
        (await Gate.SendAsync(HttpMethod.Post, "/v1/delegations", new { agent_id = Gate.EuAgent.Id, scopes = new[] { "refund:issue" }, duration_seconds = 600 }, await Gate.SessionAsync("dana"))).MustBe(400);
    }

    [Fact]
    public async Task Delegation_ToAnotherAgentForgedOrAsAnAccessToken_IsRefused()
    {
        var (_, delegation) = await DelegateAsync("dana", ["refund:issue"]);
        Assert.Equal("invalid_grant", (await ExchangeAsync(Gate.EuAgent, delegation)).MustBe(400).Str("error"));
        foreach (var subject in (string[])["spd_" + new string('0', 64), await Gate.SessionAsync("dana"), "x"])
            Assert.Equal("invalid_grant", (await ExchangeAsync(Gate.Agent, subject)).MustBe(400).Str("error"));
        (await Gate.SendAsync(HttpMethod.Get, "/v1/tools", null, delegation)).MustBe(401, "unauthenticated");
        Assert.Equal("invalid_request", (await ExchangeAsync(Gate.Agent, delegation, others: ("actor_token", "x"))).MustBe(400).Str("error"));
        Assert.Equal("invalid_request", (await ExchangeAsync(Gate.Agent, delegation, others: ("subject_token_type", "urn:x"))).MustBe(400).Str("error"));
    }

    [Theory]
    [InlineData("revoke"), InlineData("lock")]
    public async Task Delegation_TakenBack_VoidsTokensAndWhatWasNotClaimed(string how)
    {
        var person = how == "lock" ? "frank" : "grace";
        var (id, token) = await ExchangedAsync(person);
        var pending = (await RefundAsync(token, "ord_000003", 9_200, "EUR")).MustBe(202, "pending");

        if (how == "lock") (await Gate.SendAsync(HttpMethod.Post, $"/v1/people/{person}/lock", new { reason = "left" }, await Gate.SessionAsync("otto"))).MustBe(200);
        else (await Gate.SendAsync(HttpMethod.Delete, "/v1/delegations/" + id, null, await Gate.SessionAsync(person))).MustBe(204);

        (await Gate.SendAsync(HttpMethod.Get, "/v1/tools", null, token)).MustBe(401, "credential_revoked");
        (await Gate.DecideAsync("erin", pending.ApprovalId!)).MustBe(200);
        var ended = await Gate.SendAsync(HttpMethod.Get, $"/v1/actions/{pending.ActionId}?wait=30s", null, await Gate.SessionAsync("erin"));
        Assert.Equal("cancelled", ended.State);
        Assert.Empty(await Gate.Payments.LedgerOfAsync(pending.ActionId));
    }

    [Fact]
    public async Task Delegation_IsForItsPersonToRevoke()
    {
        var (id, _) = await DelegateAsync("dana", ["order:read"]);
        (await Gate.SendAsync(HttpMethod.Delete, "/v1/delegations/" + id, null, await Gate.SessionAsync("erin"))).MustBe(404);
        Assert.Contains(id, (await Gate.SendAsync(HttpMethod.Get, "/v1/delegations", null, await Gate.SessionAsync("dana"))).MustBe(200).Text);
        Assert.DoesNotContain(id, (await Gate.SendAsync(HttpMethod.Get, "/v1/delegations", null, await Gate.SessionAsync("erin"))).MustBe(200).Text);
        (await Gate.SendAsync(HttpMethod.Delete, "/v1/delegations/" + id, null, await Gate.SessionAsync("otto"))).MustBe(204);
    }

    [Fact]
    public async Task Key_OfOnePerson_IsNoReplayForAnother()
    {
        var (_, forDana) = await ExchangedAsync("dana");
        var (_, forErin) = await ExchangedAsync("erin");
        var task = await TaskAsync(forDana);
        var call = new { arguments = TestGate.RefundArguments("ord_000003", 9_300, "EUR"), task_id = task, idempotency_key = Gate.NewKey() };

        (await Gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, forDana)).MustBe(202, "pending");
        (await Gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, forErin)).MustBe(422, "idempotency_key_reuse");
    }

    [Fact]
    public async Task Workflow_OnBehalfOf_RefusesTheAgentsOwnToken()
    {
        var own = await Gate.TokenAsync();
        (await Gate.SendAsync(HttpMethod.Post, "/v1/tasks", Task, own)).MustBe(403, "identity_mismatch");
        var (_, token) = await ExchangedAsync("dana");
        var call = new { arguments = new { order_id = "ord_000002" }, task_id = await TaskAsync(token) };
        (await Gate.SendAsync(HttpMethod.Post, "/v1/tools/get_order/actions", call, own)).MustBe(403, "identity_mismatch");
        (await Gate.SendAsync(HttpMethod.Post, "/v1/tools/get_order/actions", call, token)).MustBe(200);
    }

    [Fact]
    public async Task Workflow_DelegatedService_HasNothingToDelegate()
    {
        await using var plain = await TestGate.StartAsync();
        (await plain.SendAsync(HttpMethod.Post, "/v1/delegations", new { agent_id = plain.Agent.Id, scopes = new[] { "refund:issue" }, duration_seconds = 600 }, await plain.SessionAsync("dana")))
            .MustBe(403, "identity_mismatch");
    }

    private static object Task => new { workflow = "refund", source = "ticket", input = new { ticket_id = "TCK-1001", order_id = "ord_000001", message = "It arrived broken." } };

    private async Task<string> TaskAsync(string token) => (await Gate.SendAsync(HttpMethod.Post, "/v1/tasks", Task, token)).MustBe(201).Str("task_id")!;

    private async Task<GateReply> RefundAsync(string token, string order, long amount, string currency) => await Gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions",
        new { arguments = TestGate.RefundArguments(order, amount, currency), task_id = await TaskAsync(token), idempotency_key = Gate.NewKey() }, token);

    private async Task<(string Id, string Token)> DelegateAsync(string person, string[] scopes)
    {
        var made = (await Gate.SendAsync(HttpMethod.Post, "/v1/delegations", new { agent_id = Gate.Agent.Id, scopes, duration_seconds = 600 }, await Gate.SessionAsync(person))).MustBe(201);
        return (made.Str("delegation_id")!, made.Str("token")!);
    }

    private async Task<(string Id, string Token)> ExchangedAsync(string person)
    {
        var (id, delegation) = await DelegateAsync(person, ["order:read", "refund:issue", "customer:read"]);
        return (id, (await ExchangeAsync(Gate.Agent, delegation)).MustBe(200).Str("access_token")!);
    }

    private Task<GateReply> ExchangeAsync(TestAgent agent, string subject, string? scope = null, params (string Name, string Value)[] others)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = Exchange, ["subject_token"] = subject, ["subject_token_type"] = AccessToken, ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = agent.Assertion(Gate.Url, $"exchange-jti-{Interlocked.Increment(ref _count):D8}"),
        };
        if (scope is not null) form["scope"] = scope;
        foreach (var (name, value) in others) form[name] = value;
        return Gate.SendAsync(HttpMethod.Post, "/oauth/token", new FormUrlEncodedContent(form), null);
    }

    /// <summary>A gate whose refund workflow acts on behalf of people.</summary>
    public sealed class Gates : IAsyncLifetime
    {
        private readonly BundleCopy _bundle = new BundleCopy().Replace("workflow.yaml", "identity: delegated_service", "identity: on_behalf_of");

        public TestGate Gate { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gate = await TestGate.StartAsync(options => options.Bundles = [_bundle.Folder]);

        public async ValueTask DisposeAsync()
        {
            if (Gate is not null) await Gate.DisposeAsync();
            _bundle.Dispose();
        }
    }
}
