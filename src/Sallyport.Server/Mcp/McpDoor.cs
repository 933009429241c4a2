using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Server.Tasks;
using Sallyport.Workflows;

namespace Sallyport.Server.Mcp;

/// <summary>
/// The MCP door. A tool call becomes a <see cref="Proposal"/> for the same spine as REST, one call deep; no gate lives here, and no filter of
/// the protocol library is one.
/// </summary>
internal sealed partial class McpDoor(
    ActionPipeline pipeline, ReleaseRegistry releases, IActionStore store, ActionSignals signals, TaskOpening tasks, ILogger<McpDoor> logger)
{
    private const string Instructions =
        "Open a task with open_task and send its task_id with every call. A tool that changes state needs an idempotency_key: repeat the same key to ask again, " +
        "never to act again. A result with state \"pending\" waits for people: poll get_action. An error says in retriable and effect whether and how to go on.";

    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    /// <summary>A server for one message of one agent.</summary>
    internal McpServerOptions Options(Proposer agent, string traceId) => new()
    {
        ServerInfo = new Implementation { Name = "sallyport", Title = "Sallyport", Version = typeof(McpDoor).Assembly.GetName().Version!.ToString(3) },
        ServerInstructions = Instructions,
        Capabilities = new ServerCapabilities { Tools = new ToolsCapability { ListChanged = false } },
        ScopeRequests = false,
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = McpTools.For(agent, releases) }),
            CallToolHandler = async (request, cancellation) => await CallAsync(agent, traceId, request.Params!, cancellation),
        },
    };

    private async Task<CallToolResult> CallAsync(Proposer agent, string traceId, CallToolRequestParams call, CancellationToken cancellation)
    {
        try
        {
            var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, JsonElement>());
            return call.Name switch
            {
                McpTools.OpenTask => await OpenTaskAsync(agent, traceId, arguments, cancellation),
                McpTools.GetAction => await GetActionAsync(agent, traceId, arguments, cancellation),
                _ => await ProposeAsync(agent, traceId, call.Name, arguments, cancellation),
            };
        }
        catch (StoreUnavailableException fault)
        {
            Log.StoreUnavailable(logger, traceId, fault);
            return Problem(ErrorCatalogue.StorageUnavailable, "Nothing could be recorded, so nothing was done.", traceId);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, traceId, fault);
            return Problem(ErrorCatalogue.Internal, "An unexpected failure; the log has it under the trace id.", traceId);
        }
    }

    /// <summary>The arguments of an MCP call are the body of a REST call: one envelope, so that no argument of a contract can collide with it.</summary>
    private async Task<CallToolResult> ProposeAsync(Proposer agent, string traceId, string tool, JsonElement arguments, CancellationToken cancellation)
    {
        if (RequestReader.Deserialize<ActionCall>(arguments, out var fault) is not { } call) return Problem(ErrorCatalogue.InvalidRequest, fault, traceId);
        if (call.Confidence is < 0 or > 1) return Problem(ErrorCatalogue.InvalidRequest, "confidence lies between 0 and 1.", traceId);
        var outcome = await pipeline.ProposeAsync(new Proposal(agent, tool, call, traceId, "mcp", DefaultWait), cancellation);
        return Result(outcome.Body);
    }

    private async Task<CallToolResult> OpenTaskAsync(Proposer agent, string traceId, JsonElement arguments, CancellationToken cancellation)
    {
        if (RequestReader.Deserialize<TaskCall>(arguments, out var fault) is not { } call) return Problem(ErrorCatalogue.InvalidRequest, fault, traceId);
        var (task, refusal) = await tasks.OpenAsync(agent, call, traceId, cancellation);
        return Result(refusal is null ? task! : refusal.ToProblem(null, traceId));
    }

    private async Task<CallToolResult> GetActionAsync(Proposer agent, string traceId, JsonElement arguments, CancellationToken cancellation)
    {
        if (RequestReader.Deserialize<ActionQuery>(arguments, out var fault) is not { } query) return Problem(ErrorCatalogue.InvalidRequest, fault, traceId);
        if (query.WaitSeconds is < 0 or > McpTools.LongestWaitSeconds)
            return Problem(ErrorCatalogue.InvalidRequest, $"wait_seconds lies between 0 and {McpTools.LongestWaitSeconds}.", traceId);
        var action = await store.FindAsync(agent.Tenant, query.ActionId, cancellation);
        // Somebody else's action looks like one that does not exist.
        if (action is null || action.ProposerId != agent.Id) return Problem(ErrorCatalogue.NotFound, "You have no action of this id.", traceId);
        action = await signals.WaitAsync(action, static found => ActionProtocol.IsTerminal(found.State), TimeSpan.FromSeconds(query.WaitSeconds), cancellation);
        return Result(ActionViews.View(action));
    }

    private static CallToolResult Problem(ErrorCode code, string detail, string traceId) => Result(new Refusal(code, detail).ToProblem(null, traceId));

    /// <summary>The body of the REST answer, structured and, for clients that only read text, as text.</summary>
    private static CallToolResult Result(object body)
    {
        var json = JsonSerializer.SerializeToElement(body, body.GetType(), WireJson.Options);
        return new CallToolResult { IsError = body is Contracts.Errors.Problem, StructuredContent = json, Content = [new TextContentBlock { Text = json.GetRawText() }] };
    }

    /// <summary>The arguments of <c>get_action</c>.</summary>
    /// <param name="ActionId">The action.</param>
    /// <param name="WaitSeconds">How long to wait for its end, in seconds.</param>
    internal sealed record ActionQuery(string ActionId, int WaitSeconds = 0);

    private static partial class Log
    {
        [LoggerMessage(6020, LogLevel.Error, "The MCP call {TraceId} failed.")]
        internal static partial void Failed(ILogger logger, string traceId, Exception fault);

        [LoggerMessage(6021, LogLevel.Error, "The store is unavailable for MCP call {TraceId}.")]
        internal static partial void StoreUnavailable(ILogger logger, string traceId, Exception fault);
    }
}
