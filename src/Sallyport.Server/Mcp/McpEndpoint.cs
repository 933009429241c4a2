using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Mcp;

/// <summary>
/// MCP over Streamable HTTP. Every POST stands alone, so any replica can answer it; sessions exist only where something added to the door asks
/// clients back. The bearer token is checked before a byte of the body is read, in a session as outside.
/// </summary>
internal static class McpEndpoint
{
    private const string SessionHeader = "Mcp-Session-Id";

    internal static void MapMcp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/mcp", PostAsync);
        routes.MapDelete("/mcp", EndSessionAsync);
        // The server has nothing to say unasked, so there is no stream to open.
        routes.MapGet("/mcp", NotAllowedAsync);
    }

    private static async Task PostAsync(HttpContext http, Callers callers, McpDoor door, McpSessions sessions, ILoggerFactory logging)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await McpMessages.ReadAsync(http) is not { } message) return;
        if (McpHeaderRules.Check(http.Request.Headers, message) is { } fault)
        {
            await McpMessages.WriteErrorAsync(http, fault.Status, (message as JsonRpcRequest)?.Id ?? default, fault.Error);
            return;
        }

        new McpCaller(agent, Trace.Of(http), cancellation => callers.StillHoldsAsync(http, cancellation)).AttachTo(message);
        var session = http.Request.Headers[SessionHeader].ToString();
        var opens = session.Length == 0 && message is JsonRpcRequest { Method: "initialize" };
        if (sessions.AreOffered && !McpHeaderRules.SpeaksPerRequest(http.Request.Headers) && (opens || session.Length > 0))
            await AnswerInSessionAsync(http, agent, message, sessions, session);
        else await AnswerAloneAsync(http, message, door, logging);
    }

    private static async Task AnswerInSessionAsync(HttpContext http, Proposer agent, JsonRpcMessage message, McpSessions sessions, string id)
    {
        var session = id.Length == 0 ? await sessions.OpenAsync(agent) : sessions.Find(agent, id);
        if (session is null)
        {
            var (status, text) = id.Length == 0 ? (503, "The server has too many sessions.") : (404, "You have no session of this id; initialize again.");
            await McpMessages.WriteErrorAsync(http, status, (message as JsonRpcRequest)?.Id ?? default, new JsonRpcErrorDetail { Code = -32001, Message = text });
            return;
        }

        if (id.Length == 0) http.Response.Headers[SessionHeader] = session.Id;
        await WriteAnswerAsync(http, session.Transport, message);
    }

    private static async Task AnswerAloneAsync(HttpContext http, JsonRpcMessage message, McpDoor door, ILoggerFactory logging)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        await using var transport = new StreamableHttpServerTransport(logging) { Stateless = true };
        await using var server = McpServer.Create(transport, door.Options(), logging, http.RequestServices);
        var running = server.RunAsync(ending.Token);
        try
        {
            await WriteAnswerAsync(http, transport, message);
        }
        finally
        {
            await ending.CancelAsync();
            await EndAsync(running);
        }
    }

    private static async Task WriteAnswerAsync(HttpContext http, StreamableHttpServerTransport transport, JsonRpcMessage message)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var wrote = await transport.HandlePostRequestAsync(message, http.Response.Body, first => StatusFor(http, first), http.RequestAborted);
        if (wrote) return;
        // A notification, or an answer to a question of the server: taken in, nothing to answer.
        http.Response.ContentType = null;
        http.Response.StatusCode = 202;
    }

    private static async Task EndSessionAsync(HttpContext http, Callers callers, McpSessions sessions)
    {
        if (!sessions.AreOffered)
        {
            await NotAllowedAsync(http, sessions);
            return;
        }

        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await sessions.EndAsync(agent, http.Request.Headers[SessionHeader].ToString())) http.Response.StatusCode = 204;
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "You have no session of this id.");
    }

    private static Task NotAllowedAsync(HttpContext http, McpSessions sessions)
    {
        http.Response.Headers.Allow = sessions.AreOffered ? "POST, DELETE" : "POST";
        return Answers.ProblemAsync(http, ErrorCatalogue.MethodNotAllowed, "This MCP endpoint has nothing to say unasked; send POST.");
    }

    /// <summary>Revision 2026-07-28 shows some JSON-RPC errors in the status line; earlier ones answer 200.</summary>
    private static ValueTask StatusFor(HttpContext http, JsonRpcMessage? first)
    {
        if (first is JsonRpcError { Error: { } error } && !http.Response.HasStarted && McpHeaderRules.SpeaksPerRequest(http.Request.Headers))
        {
            http.Response.StatusCode = (McpErrorCode)error.Code switch
            {
                McpErrorCode.MethodNotFound => 404,
                McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion or McpErrorCode.HeaderMismatch => 400,
                _ => 200,
            };
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for a server that was told to end.</summary>
    internal static async Task EndAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
    }
}
