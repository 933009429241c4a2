using System.Text.Json;
using Sallyport.Cli.Demo;
using Sallyport.Client;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Drills;

/// <summary>One drill being played: an agent and a task of its own, and the notes that are taken.</summary>
internal sealed class DrillRun
{
    private readonly List<DrillMoment> _timeline = [];
    private readonly List<Containment> _controls = [];
    private readonly List<string> _evidence = [];
    private readonly Dictionary<string, double> _figures = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Action<DrillMoment>? _report;

    private DrillRun(Sandbox sandbox, Drill drill, TimeProvider time, Action<DrillMoment>? report)
    {
        (Sandbox, Drill, _time, _report) = (sandbox, drill, time, report);
        _started = time.GetTimestamp();
    }

    internal Sandbox Sandbox { get; }

    internal Drill Drill { get; }

    /// <summary>An agent with every scope of the workflow.</summary>
    internal AgentClient Agent { get; private set; } = null!;

    internal string AgentId { get; private set; } = "";

    internal string Task { get; private set; } = "";

    /// <summary>Plays a drill; one that breaks off has not contained anything.</summary>
    internal static async Task<DrillResult> PlayAsync(Sandbox sandbox, Drill drill, TimeProvider time, Action<DrillMoment>? report)
    {
        var run = new DrillRun(sandbox, drill, time, report);
        try
        {
            (run.Agent, run.AgentId) = await run.AddAgentAsync("drill", "order:read", "customer:read", "refund:issue", "refund:void");
            run.Task = await Sandbox.OpenTaskAsync(run.Agent);
            await drill.Play(run);
        }
        catch (Exception fault) when (fault is SallyportProblemException or InvalidOperationException or HttpRequestException or IOException)
        {
            run.Expect("the drill runs to its end", false, fault.Message);
        }

        return new DrillResult(drill.Id, drill.Title, drill.Incident, run._controls.Count > 0 && run._controls.All(control => control.Held), run._timeline, run._controls, run._evidence, run._figures);
    }

    internal Task<(AgentClient Client, string Id)> AddAgentAsync(string name, params string[] scopes) => Sandbox.AddAgentAsync($"{Drill.Id}-{name}", scopes);

    /// <summary>Milliseconds since the drill began.</summary>
    internal double ElapsedMs => Math.Round(_time.GetElapsedTime(_started).TotalMilliseconds, 1);

    internal void Say(string who, string what)
    {
        var moment = new DrillMoment(ElapsedMs, who, what);
        lock (_lock) _timeline.Add(moment);
        _report?.Invoke(moment);
    }

    /// <summary>Notes whether a control held, and why that is believed.</summary>
    internal void Expect(string control, bool held, string seen)
    {
        lock (_lock) _controls.Add(new Containment(control, held, seen, ElapsedMs));
    }

    internal void Measure(string name, double value) => _figures[name] = Math.Round(value, 3);

    internal void Keep(string id) => _evidence.Add(id);

    /// <summary>A call with a fresh key.</summary>
    internal ActionCall Call(JsonElement arguments, string? reason = null) => new(arguments, Task, IdempotencyKey: Sandbox.Key(), Reason: reason);

    /// <summary>Proposes a refund in the drill's task and writes down what was answered.</summary>
    internal async Task<ProposalReply> RefundAsync(string order, long amount, string currency, string? reason = null) =>
        await ProposeAsync(Agent, "issue_refund", Call(Sandbox.Refund(order, amount, currency), reason), $"asks for {amount / 100m:0.00} {currency} on {order}");

    internal async Task<ProposalReply> ProposeAsync(AgentClient agent, string tool, ActionCall call, string says)
    {
        Say("agent", says);
        var reply = await agent.ProposeAsync(tool, call);
        Say("sallyport", Answer(reply));
        if ((reply.Action?.ActionId ?? reply.Problem?.ActionId) is { } id) Keep(id);
        return reply;
    }

    /// <summary>The code of a refusal, or the state of the action.</summary>
    internal static string Outcome(ProposalReply reply) => reply.Problem?.Code ?? reply.Action!.State;

    /// <summary>Somebody looks at an approval and approves exactly what they saw.</summary>
    internal async Task ApproveAsync(string user, string approvalId)
    {
        var approval = await Sandbox.As(user).ApprovalAsync(approvalId);
        await Sandbox.As(user).DecideAsync(approvalId, new DecisionCall("approve", approval.Digest));
        Say(user, "approves what is on the screen");
    }

    /// <summary>Waits until an action has moved to where a drill needs it, at most ten seconds.</summary>
    internal async Task<ActionView> UntilAsync(string actionId, Func<ActionView, bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var action = await Agent.GetActionAsync(actionId);
        for (var i = 0; i < 200 && !condition(action); i++)
        {
            await timer.WaitForNextTickAsync();
            action = await Agent.GetActionAsync(actionId);
        }

        Say("sallyport", $"the action is {action.State}{(action.Error is { } error ? $": {error.Code}" : "")}");
        return action;
    }

    private static string Answer(ProposalReply reply) => reply.Problem is { } problem
        ? $"refuses: {problem.Code}, {(problem.Retriable ? "may be asked again" : "final")}; {problem.Detail}"
        : $"{reply.Action!.State} by rule {reply.Action.Rule}{(reply.Action.Approval is { } wait ? $"; waits for {wait.Count} of {string.Join(", ", wait.AnyOf)}" : "")}";
}
