using System.Collections.Concurrent;

namespace Sallyport.Server.Tests.Support;

/// <content>What agents and people do, in one line each.</content>
public sealed partial class TestGate
{
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>A fresh access token, or the token endpoint's refusal.</summary>
    public Task<GateReply> RequestTokenAsync(TestAgent agent, string? scope = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = agent.Assertion(Url, $"test-jti-{Interlocked.Increment(ref _count):D12}"),
        };
        if (scope is not null) form["scope"] = scope;
        return SendAsync(HttpMethod.Post, "/oauth/token", new FormUrlEncodedContent(form), null);
    }

    /// <summary>An access token with all of an agent's scopes; the same one for the life of the gate.</summary>
    public async Task<string> TokenAsync(TestAgent? agent = null)
    {
        agent ??= Agent;
        if (_tokens.TryGetValue(agent.Id, out var known)) return known;
        return _tokens[agent.Id] = (await RequestTokenAsync(agent)).MustBe(200).Str("access_token")!;
    }

    /// <summary>A person's session; signs in at the first use.</summary>
    public async Task<string> SessionAsync(string person)
    {
        if (_sessions.TryGetValue(person, out var known)) return known;
        return _sessions[person] = (await SendAsync(HttpMethod.Post, "/v1/sessions", new { username = person, password = Password }, null)).MustBe(201).Str("token")!;
    }

    /// <summary>Opens a task for an agent, by default from a ticket.</summary>
    public async Task<string> OpenTaskAsync(TestAgent? agent = null) =>
        (await SendAsync(HttpMethod.Post, "/v1/tasks", new { workflow = "refund", source = "ticket", input = TicketInput }, await TokenAsync(agent))).MustBe(201).Str("task_id")!;

    /// <summary>Calls a tool over REST.</summary>
    public async Task<GateReply> ProposeAsync(string tool, object arguments, string? task, string? key = null, bool dryRun = false, TestAgent? agent = null, string? reason = null, double? confidence = null) =>
        await SendAsync(HttpMethod.Post, $"/v1/tools/{tool}/actions",
            new { arguments, task_id = task, idempotency_key = key, dry_run = dryRun, reason, confidence }, await TokenAsync(agent));

    /// <summary>Proposes a refund with a fresh key and, unless one is given, a fresh task.</summary>
    public async Task<GateReply> RefundAsync(string order, long amountMinor, string currency, string? task = null, string? key = null, bool dryRun = false, TestAgent? agent = null) =>
        await ProposeAsync("issue_refund", RefundArguments(order, amountMinor, currency), task ?? await OpenTaskAsync(agent), key ?? NewKey(), dryRun, agent);

    /// <summary>Looks at an action, waiting for its end.</summary>
    public async Task<GateReply> WaitAsync(string actionId, int seconds = 30, TestAgent? agent = null) =>
        await SendAsync(HttpMethod.Get, $"/v1/actions/{actionId}?wait={seconds}s", null, await TokenAsync(agent));

    /// <summary>A person signs in again, as a rule can ask for.</summary>
    public Task<string> SignInAgainAsync(string person)
    {
        _sessions.Remove(person);
        return SessionAsync(person);
    }

    /// <summary>A person looks at an approval and decides on exactly what they saw; where the rule wants a fresh sign-in, they do that first.</summary>
    public async Task<GateReply> DecideAsync(string person, string approvalId, bool approve = true, string? reason = null)
    {
        var reply = await AnswerAsync(await SessionAsync(person), approvalId, approve, reason);
        return reply is { Status: 403, Code: "step_up_required" } ? await AnswerAsync(await SignInAgainAsync(person), approvalId, approve, reason) : reply;
    }

    private async Task<GateReply> AnswerAsync(string session, string approvalId, bool approve, string? reason)
    {
        var seen = (await SendAsync(HttpMethod.Get, "/v1/approvals/" + approvalId, null, session)).MustBe(200);
        return await SendAsync(HttpMethod.Post, $"/v1/approvals/{approvalId}/decision",
            new { decision = approve ? "approve" : "deny", digest = seen.Str("digest"), reason = reason ?? (approve ? "looks right" : "looks wrong") }, session);
    }

    /// <summary>An operator halts something.</summary>
    public async Task<GateReply> HaltAsync(string scope, string by = "otto") =>
        await SendAsync(HttpMethod.Post, "/v1/halts", new { scope, reason = "a test halts it" }, await SessionAsync(by));

    public static object RefundArguments(string order, long amountMinor, string currency, string reason = "damaged") =>
        new { order_id = order, amount_minor = amountMinor, currency, reason };

    private static object TicketInput => new { ticket_id = "TCK-1001", order_id = "ord_000001", message = "It arrived broken." };
}
