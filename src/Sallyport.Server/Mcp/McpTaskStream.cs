using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Actions;
using Sallyport.Protocol;

namespace Sallyport.Server.Mcp;

/// <summary>
/// <c>subscriptions/listen</c>: tells a client of the Tasks extension when its tasks move, so that it need not poll while people decide. What it
/// tells is what <c>tasks/get</c> would have said at that moment. Nothing else changes unasked, so there is nothing else to listen to.
/// </summary>
internal sealed class McpTaskStream(McpTasks tasks, ActionSignals signals, TimeProvider time)
{
    private const int MostTasks = 32;
    private const int MostStreamsOfOneAgent = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Acknowledges, then notifies until every task has ended, the time is over or the token is void; the client then listens again.</summary>
    internal async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellation)
    {
        var caller = McpCaller.Of(request.JsonRpcRequest);
        var asked = Asked(request.JsonRpcRequest);
        if (asked is not null) McpTasks.RequireDeclared(request.JsonRpcRequest);
        if (asked?.Count > MostTasks) throw new McpProtocolException($"At most {MostTasks} tasks per stream.", McpErrorCode.InvalidParams);
        if (_open.AddOrUpdate(caller.Agent.Id, 1, static (_, open) => open + 1) > MostStreamsOfOneAgent)
        {
            Close(caller.Agent.Id);
            throw new McpProtocolException($"At most {MostStreamsOfOneAgent} streams at a time.", McpErrorCode.InvalidRequest);
        }

        try
        {
            return await tasks.GuardAsync(caller, async _ =>
            {
                await StreamAsync(request, caller, asked, cancellation);
                return new EmptyResult { ResultType = "complete" };
            });
        }
        finally
        {
            Close(caller.Agent.Id);
        }
    }

    private async Task StreamAsync(RequestContext<SubscriptionsListenRequestParams> request, McpCaller caller, IReadOnlyList<string>? asked, CancellationToken cancellation)
    {
        var mine = new List<ActionRecord>();
        foreach (var id in asked ?? [])
            if (await tasks.FindMineAsync(caller.Agent, id, cancellation) is { } action) mine.Add(action);
        var granted = new JsonObject();
        if (asked is not null) granted["taskIds"] = new JsonArray([.. mine.Select(action => JsonValue.Create(action.Id))]);
        await SendAsync(request, "notifications/subscriptions/acknowledged", new JsonObject { ["notifications"] = granted }, cancellation);

        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(mine.Select(action => FollowAsync(request, caller, action, turn, cancellation)));
    }

    private async Task FollowAsync(
        RequestContext<SubscriptionsListenRequestParams> request, McpCaller caller, ActionRecord action, SemaphoreSlim turn, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (!await caller.StillHolds(cancellation)) return;
            // The first one says how things stand, so that nothing is missed that happened before the client listened.
            await turn.WaitAsync(cancellation);
            try
            {
                await SendAsync(request, "notifications/tasks", (JsonObject)JsonSerializer.SerializeToNode(McpTask.Shown(action), McpTask.TypeInfo)!, cancellation);
            }
            finally
            {
                turn.Release();
            }

            var (known, left) = (action.Version, Longest - time.GetElapsedTime(started));
            if (ActionProtocol.IsTerminal(action.State) || left <= TimeSpan.Zero) return;
            action = await signals.WaitAsync(action, found => found.Version != known, left, cancellation);
            if (action.Version == known) return;
        }
    }

    /// <summary>Every message on the stream says which request it belongs to.</summary>
    private static Task SendAsync(RequestContext<SubscriptionsListenRequestParams> request, string method, JsonObject parameters, CancellationToken cancellation)
    {
        parameters.Remove("resultType");
        parameters["_meta"] = new JsonObject { ["io.modelcontextprotocol/subscriptionId"] = request.JsonRpcRequest.Id.ToString() };
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellation);
    }

    private static List<string>? Asked(JsonRpcRequest request)
    {
        if ((request.Params as JsonObject)?["notifications"] is not JsonObject notifications || notifications["taskIds"] is not { } ids) return null;
        return ids is JsonArray list && list.All(id => id is JsonValue value && value.TryGetValue(out string? _)) ? [.. list.Select(id => id!.GetValue<string>()).Distinct()]
            : throw new McpProtocolException("notifications.taskIds is a list of texts.", McpErrorCode.InvalidParams);
    }

    private void Close(string agent)
    {
        if (_open.AddOrUpdate(agent, 0, static (_, open) => open - 1) == 0) _open.TryRemove(KeyValuePair.Create(agent, 0));
    }
}
