using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Identity;
using Sallyport.Workflows;

namespace Sallyport.Server.Mcp;

/// <summary>The MCP door: which tools, methods and capabilities the endpoint has. No filter of the protocol library is a gate.</summary>
internal sealed class McpDoor(McpToolCalls calls, McpTasks tasks, McpTaskStream stream, ReleaseRegistry releases, McpPrimitives more)
{
    private const string Instructions =
        "Open a task with open_task and send its task_id with every call. A tool that changes state needs an idempotency_key: repeat the same key to ask again, " +
        "never to act again. A result with state \"pending\" waits for people: poll get_action, or call it off with cancel_action. compensate_action rolls back what " +
        "has happened. An error says in retriable and effect whether and how to go on.";

    /// <summary>Options of a server; who calls is asked of each message.</summary>
    internal McpServerOptions Options()
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "sallyport", Title = "Sallyport", Version = typeof(McpDoor).Assembly.GetName().Version!.ToString(3) },
            ServerInstructions = Instructions,
            Capabilities = new ServerCapabilities
            {
                Tools = new ToolsCapability { ListChanged = false },
                Extensions = new Dictionary<string, object> { [McpTasks.Extension] = new JsonObject() },
            },
            ScopeRequests = false,
        };
        more.AddTo(options);
        // The gate's own come last: nothing that was added can take their place.
        options.ToolCollection = null;
        options.RequestHandlers = tasks.Handlers;
        options.Handlers.ListToolsHandler = (request, _) => ValueTask.FromResult(List(McpCaller.Of(request.JsonRpcRequest).Agent));
        options.Handlers.CallToolHandler = null;
        options.Handlers.CallToolWithAlternateHandler = CallAsync;
        options.Handlers.SubscriptionsListenHandler = stream.ListenAsync;
        return options;
    }

    /// <summary>Whether sessions are offered before revision 2026-07-28.</summary>
    internal bool AskClients => more.AskClients;

    private ListToolsResult List(Proposer agent)
    {
        var tools = McpTools.For(agent, releases);
        return new ListToolsResult { Tools = [.. tools, .. more.Tools.Values.Select(tool => tool.ProtocolTool).ExceptBy(tools.Select(tool => tool.Name), tool => tool.Name)] };
    }

    private async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellation)
    {
        var (agent, name) = (McpCaller.Of(request.JsonRpcRequest).Agent, request.Params!.Name);
        var ours = McpTools.IsOfTheGate(name) || releases.ActiveOf(agent.Workflow)?.Tools.ContainsKey(name) == true;
        if (!ours && more.Tools.TryGetValue(name, out var tool)) return await tool.InvokeAsync(request, cancellation);
        return await calls.CallAsync(request.JsonRpcRequest, request.Params!, cancellation);
    }
}
