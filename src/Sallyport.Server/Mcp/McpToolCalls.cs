using System.Text.Json;
using ModelContextProtocol.Protocol;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Server.Tasks;

namespace Sallyport.Server.Mcp;

/// <summary>
/// What an MCP tool call does: it becomes a <see cref="Proposal"/> for the same spine as REST, one call deep, or one of the gate's own tools.
/// No gate lives here.
/// </summary>
internal sealed partial class McpToolCalls(
    ActionPipeline pipeline, ActionCancel cancel, Compensator compensator, ActionSignals signals, TaskOpening opening, McpTasks tasks, ILogger<McpToolCalls> logger)
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    /// <summary>The answer to a call: a result or, to a client of the Tasks extension, a task while the action has not ended.</summary>
    internal async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(JsonRpcRequest request, CallToolRequestParams call, CancellationToken cancellation)
    {
        var caller = McpCaller.Of(request);
        try
        {
            var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, JsonElement>());
            var body = await AnswerAsync(caller, call.Name, arguments, cancellation);
            if (body is not ActionOutcome outcome) return McpAnswers.Result(body);
            var instead = McpTasks.IsDeclared(request) ? await tasks.InPlaceOfAsync(outcome, caller, cancellation) : null;
            return instead ?? McpAnswers.Result(outcome.Body);
        }
        catch (StoreUnavailableException fault)
        {
            Log.StoreUnavailable(logger, caller.TraceId, fault);
            return McpAnswers.Problem(ErrorCatalogue.StorageUnavailable, "Nothing could be recorded, so nothing was done.", caller.TraceId);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, caller.TraceId, fault);
            return McpAnswers.Problem(ErrorCatalogue.Internal, "An unexpected failure; the log has it under the trace id.", caller.TraceId);
        }
    }

    private Task<object> AnswerAsync(McpCaller caller, string tool, JsonElement arguments, CancellationToken cancellation) => tool switch
    {
        McpTools.OpenTask => WithAsync<TaskCall>(caller, arguments, call => OpenTaskAsync(caller, call, cancellation)),
        McpTools.GetAction => WithAsync<ActionQuery>(caller, arguments, query => GetActionAsync(caller, query, cancellation)),
        McpTools.CancelAction => WithAsync<ActionName>(caller, arguments, name => CancelActionAsync(caller, name, cancellation)),
        McpTools.CompensateAction => WithAsync<CompensationCall>(caller, arguments, call => CompensateActionAsync(caller, call, cancellation)),
        _ => WithAsync<ActionCall>(caller, arguments, call => ProposeAsync(caller, tool, call, cancellation)),
    };

    /// <summary>The arguments of an MCP call are the body of a REST call: one envelope, so that no argument of a contract can collide with it.</summary>
    private static async Task<object> WithAsync<T>(McpCaller caller, JsonElement arguments, Func<T, Task<object>> answer) where T : class =>
        RequestReader.Deserialize<T>(arguments, out var fault) is { } call ? await answer(call) : Problem(ErrorCatalogue.InvalidRequest, fault, caller);

    private async Task<object> ProposeAsync(McpCaller caller, string tool, ActionCall call, CancellationToken cancellation) =>
        call.Confidence is < 0 or > 1
            ? Problem(ErrorCatalogue.InvalidRequest, "confidence lies between 0 and 1.", caller)
            : await pipeline.ProposeAsync(new Proposal(caller.Agent, tool, call, caller.TraceId, "mcp", DefaultWait), cancellation);

    private async Task<object> OpenTaskAsync(McpCaller caller, TaskCall call, CancellationToken cancellation)
    {
        var (task, refusal) = await opening.OpenAsync(caller.Agent, call, caller.TraceId, cancellation);
        return refusal is null ? task! : refusal.ToProblem(null, caller.TraceId);
    }

    private async Task<object> GetActionAsync(McpCaller caller, ActionQuery query, CancellationToken cancellation)
    {
        if (query.WaitSeconds is < 0 or > McpTools.LongestWaitSeconds)
            return Problem(ErrorCatalogue.InvalidRequest, $"wait_seconds lies between 0 and {McpTools.LongestWaitSeconds}.", caller);
        if (await tasks.FindMineAsync(caller.Agent, query.ActionId, cancellation) is not { } action) return Absent(caller);
        return ActionViews.View(await signals.WaitAsync(action, static found => ActionProtocol.IsTerminal(found.State), TimeSpan.FromSeconds(query.WaitSeconds), cancellation));
    }

    private async Task<object> CancelActionAsync(McpCaller caller, ActionName name, CancellationToken cancellation)
    {
        if (await tasks.FindMineAsync(caller.Agent, name.ActionId, cancellation) is not { } action) return Absent(caller);
        var (after, refusal) = await cancel.CancelAsync(action, caller.Agent, cancellation);
        return refusal is null ? ActionViews.View(after) : refusal.ToProblem(after.Id, caller.TraceId);
    }

    private async Task<object> CompensateActionAsync(McpCaller caller, CompensationCall call, CancellationToken cancellation) =>
        await tasks.FindMineAsync(caller.Agent, call.ActionId, cancellation) is { } action
            ? await compensator.CompensateAsync(action, caller.Agent, call.DryRun, call.Reason, caller.TraceId, cancellation) : Absent(caller);

    /// <summary>Somebody else's action looks like one that does not exist.</summary>
    private static Problem Absent(McpCaller caller) => Problem(ErrorCatalogue.NotFound, "You have no action of this id.", caller);

    private static Problem Problem(ErrorCode code, string detail, McpCaller caller) => new Refusal(code, detail).ToProblem(null, caller.TraceId);

    /// <summary>The arguments of <c>get_action</c>.</summary>
    /// <param name="ActionId">The action.</param>
    /// <param name="WaitSeconds">How long to wait for its end, in seconds.</param>
    internal sealed record ActionQuery(string ActionId, int WaitSeconds = 0);

    /// <summary>The arguments of <c>cancel_action</c>.</summary>
    /// <param name="ActionId">The action.</param>
    internal sealed record ActionName(string ActionId);

    /// <summary>The arguments of <c>compensate_action</c>.</summary>
    /// <param name="ActionId">The action to roll back.</param>
    /// <param name="DryRun">Whether to only show the diff and the decision.</param>
    /// <param name="Reason">The agent's words for the person who approves.</param>
    internal sealed record CompensationCall(string ActionId, bool DryRun = false, string? Reason = null);

    private static partial class Log
    {
        [LoggerMessage(6020, LogLevel.Error, "The MCP call {TraceId} failed.")]
        internal static partial void Failed(ILogger logger, string traceId, Exception fault);

        [LoggerMessage(6021, LogLevel.Error, "The store is unavailable for MCP call {TraceId}.")]
        internal static partial void StoreUnavailable(ILogger logger, string traceId, Exception fault);
    }
}
