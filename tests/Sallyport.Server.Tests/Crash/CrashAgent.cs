using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>An agent that carries its refunds through crashes: the same key again and again until the outcome is known.</summary>
internal sealed class CrashAgent(GateProcess gate, int number) : IDisposable
{
    private readonly TestAgent _agent = new();
    private string _token = "";
    private int _tokens;

    /// <summary>What every refund ended as, by action id.</summary>
    internal Dictionary<string, string> Ended { get; } = new(StringComparer.Ordinal);

    /// <summary>Told before every request, so that the chaos can count.</summary>
    internal Action Sending { get; set; } = () => { };

    public void Dispose() => _agent.Dispose();

    internal async Task RegisterAsync(string admin)
    {
        var call = new { name = $"crash-agent-{number}", owner = "admin", workflow = "refund", scopes = new[] { "refund:issue" }, public_key = _agent.PublicJwk };
        _agent.Id = (await gate.SendAsync(HttpMethod.Post, "/v1/agents", call, admin)).MustBe(201).Str("agent_id")!;
    }

    internal async Task RefundManyAsync(int count)
    {
        string? task = null;
        for (var i = 0; i < count; i++)
        {
            // Few refunds per task: every retry after a crash counts against it.
            if (i % 5 == 0) task = await UntilAsync("/v1/tasks", Ticket, reply => reply.Status == 201 ? reply.Str("task_id") : null);
            var (order, currency) = (number + i) % 2 == 0 ? ("ord_000001", "EUR") : ("ord_000013", "USD");
            var call = new { arguments = TestGate.RefundArguments(order, 1 + i, currency), task_id = task, idempotency_key = $"crash-key-{number:D4}-{i:D6}" };
            var ended = await UntilAsync("/v1/tools/issue_refund/actions", call, EndOf);
            var parts = ended.Split(' ');
            Ended.Add(parts[0], parts[1]);
        }
    }

    private static object Ticket => new { workflow = "refund", source = "ticket", input = new { ticket_id = "TCK-1", order_id = "ord_000001", message = "broken" } };

    /// <summary>The action and its end, or null while it is not known.</summary>
    private static string? EndOf(GateReply reply) => (reply.Status, reply.State ?? reply.Code) switch
    {
        (200, "succeeded") => reply.ActionId + " succeeded",
        (409, "effect_refused") => reply.ActionId + " failed",
        (502, "effect_not_sent") => reply.ActionId + " not_sent",
        (202, _) or (504, "effect_unknown") or (409, "action_in_flight") or (429, _) or (503, _) => null,
        _ => throw new InvalidOperationException($"Unexpected {reply.Status}: {reply.Text}"),
    };

    private async Task<string> UntilAsync(string path, object body, Func<GateReply, string?> known)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            Sending();
            var reply = await gate.TrySendAsync(HttpMethod.Post, path, body, _token);
            if (reply is { Status: 401 }) await RenewAsync();
            else if (reply is not null && known(reply) is { } result) return result;
            if (reply is not { Status: 401 }) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task RenewAsync()
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = _agent.Assertion(gate.Url, $"crash-jti-{number:D4}-{++_tokens:D8}"),
        };
        var reply = await gate.TrySendAsync(HttpMethod.Post, "/oauth/token", new FormUrlEncodedContent(form), null);
        if (reply is { Status: 200 }) _token = reply.Str("access_token")!;
    }
}
