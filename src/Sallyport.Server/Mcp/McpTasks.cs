using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Server.Mcp;

/// <summary>
/// The Tasks extension (SEP-2663): <c>tasks/get</c>, <c>tasks/update</c> and <c>tasks/cancel</c>. A task belongs to the agent that proposed its
/// action; to everybody else it does not exist.
/// </summary>
internal sealed partial class McpTasks(IActionStore store, ActionCancel cancel, ILogger<McpTasks> logger)
{
    internal const string Extension = "io.modelcontextprotocol/tasks";
    private const int RequestsPerMinute = 600;

    /// <summary>The protocol has no code for it; this is the first of those that JSON-RPC leaves to servers.</summary>
    private const McpErrorCode RateLimited = (McpErrorCode)(-32000);

    /// <summary>The methods of the extension, for clients that declare it.</summary>
    internal IList<McpServerRequestHandler> Handlers => [Handler("tasks/get", GetAsync), Handler("tasks/update", UpdateAsync), Handler("tasks/cancel", CancelAsync)];

    /// <summary>Whether the client of a request declares the extension in that request; earlier requests do not count.</summary>
    internal static bool IsDeclared(JsonRpcMessage request) =>
        request.Context is { ProtocolVersion: McpHeaderRules.PerRequestVersion, ClientCapabilities.Extensions: { } extensions } && extensions.ContainsKey(Extension);

    /// <summary>Refuses a request that needs the extension and does not declare it (-32021).</summary>
    internal static void RequireDeclared(JsonRpcMessage request)
    {
        if (IsDeclared(request)) return;
        throw new MissingRequiredClientCapabilityException(
            new ClientCapabilities { Extensions = new Dictionary<string, object> { [Extension] = new JsonObject() } }, $"The client does not declare {Extension}.");
    }

    /// <summary>
    /// What takes the place of a call's answer while its action has not ended: the task, or the final answer where the action ended meanwhile.
    /// Null where the answer is final already. The action is read again, so the task can be found before its id is told.
    /// </summary>
    internal async Task<ResultOrAlternate<CallToolResult>?> InPlaceOfAsync(ActionOutcome outcome, McpCaller caller, CancellationToken cancellation)
    {
        if (Unfinished(outcome.Body) is not { } id || await FindMineAsync(caller.Agent, id, cancellation) is not { } action) return null;
        return ActionProtocol.IsTerminal(action.State) ? McpAnswers.Ended(action) : ResultOrAlternate<CallToolResult>.FromAlternate(McpTask.Created(action), McpTask.TypeInfo);
    }

    /// <summary>An action of the agent's own, or null.</summary>
    internal async Task<ActionRecord?> FindMineAsync(Proposer agent, string id, CancellationToken cancellation) =>
        await store.FindAsync(agent.Tenant, id, cancellation) is { } action && action.ProposerId == agent.Id ? action : null;

    /// <summary>The action of an answer that is not final: it waits, is on its way, or nobody knows yet.</summary>
    private static string? Unfinished(object body) => body switch
    {
        ActionView { DryRun: false } view when view.State is "pending" or "approved" or "dispatching" or "unknown" => view.ActionId,
        Problem { Effect: "unknown" } problem => problem.ActionId,
        _ => null,
    };

    private static Task<JsonNode?> GetAsync(ActionRecord action, McpCaller caller, CancellationToken cancellation) =>
        Task.FromResult(JsonSerializer.SerializeToNode(McpTask.Shown(action), McpTask.TypeInfo));

    /// <summary>Nothing is ever asked of the agent, so whatever it answers belongs to no open question and is ignored.</summary>
    private static Task<JsonNode?> UpdateAsync(ActionRecord action, McpCaller caller, CancellationToken cancellation) => Task.FromResult<JsonNode?>(Taken());

    /// <summary>Cooperative: what may have left cannot be called back, and the task then shows how it ends.</summary>
    private async Task<JsonNode?> CancelAsync(ActionRecord action, McpCaller caller, CancellationToken cancellation)
    {
        await cancel.CancelAsync(action, caller.Agent, cancellation);
        return Taken();
    }

    private static JsonObject Taken() => new() { ["resultType"] = "complete" };

    private McpServerRequestHandler Handler(string method, Func<ActionRecord, McpCaller, CancellationToken, Task<JsonNode?>> answer) => new()
    {
        Method = method,
        RoutingNameParameter = "taskId",
        Handler = (request, cancellation) => GuardAsync(McpCaller.Of(request), async caller =>
        {
            if (request.Context?.ProtocolVersion != McpHeaderRules.PerRequestVersion) throw new McpProtocolException($"There is no method {method}.", McpErrorCode.MethodNotFound);
            RequireDeclared(request);
            if (await store.AdmitAsync($"{caller.Agent.Tenant}/{caller.Agent.Id}/tasks", RequestsPerMinute, cancellation) is { Admitted: false } rate)
                throw new McpProtocolException($"At most {RequestsPerMinute} task requests per minute; wait {Math.Ceiling(rate.RetryAfter.TotalSeconds)} s.", RateLimited);
            var id = (request.Params as JsonObject)?["taskId"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
            // Somebody else's task looks like one that does not exist.
            var action = await FindMineAsync(caller.Agent, id, cancellation) ?? throw new McpProtocolException("You have no task of this id.", McpErrorCode.InvalidParams);
            return await answer(action, caller, cancellation);
        }),
    };

    /// <summary>Runs a method of the protocol: what fails unexpectedly is logged here and told without its text.</summary>
    internal async ValueTask<T> GuardAsync<T>(McpCaller caller, Func<McpCaller, Task<T>> method)
    {
        try
        {
            return await method(caller);
        }
        catch (Exception fault) when (fault is not (McpException or OperationCanceledException))
        {
            Log.Failed(logger, caller.TraceId, fault);
            throw new McpProtocolException(fault is StoreUnavailableException ? "The store cannot be read; ask again." : "An unexpected failure.", fault, McpErrorCode.InternalError);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6022, LogLevel.Error, "The MCP request {TraceId} for a task failed.")]
        internal static partial void Failed(ILogger logger, string traceId, Exception fault);
    }
}
