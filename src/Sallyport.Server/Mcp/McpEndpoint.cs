using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Identity;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Mcp;

/// <summary>
/// MCP over Streamable HTTP without sessions: every POST stands alone, so any replica can answer it. The bearer token is checked before a
/// byte of the body is read.
/// </summary>
internal static class McpEndpoint
{
    internal static void MapMcp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/mcp", PostAsync);
        // A server without sessions has no stream to open and no session to end.
        routes.MapMethods("/mcp", ["GET", "DELETE"], (HttpContext http) =>
        {
            http.Response.Headers.Allow = "POST";
            return Answers.ProblemAsync(http, ErrorCatalogue.MethodNotAllowed, "This MCP endpoint has no sessions; send POST.");
        });
    }

    private static async Task PostAsync(HttpContext http, Callers callers, McpDoor door, ILoggerFactory logging)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await ReadMessageAsync(http) is not { } message) return;
        if (McpHeaderRules.Check(http.Request.Headers, message) is { } fault)
        {
            await WriteErrorAsync(http, fault.Status, (message as JsonRpcRequest)?.Id ?? default, fault.Error);
            return;
        }

        await AnswerAsync(http, agent, message, door, logging);
    }

    private static async Task AnswerAsync(HttpContext http, Proposer agent, JsonRpcMessage message, McpDoor door, ILoggerFactory logging)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        await using var transport = new StreamableHttpServerTransport(logging) { Stateless = true };
        await using var server = McpServer.Create(transport, door.Options(agent, Trace.Of(http)), logging, http.RequestServices);
        var running = server.RunAsync(ending.Token);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            var wrote = await transport.HandlePostRequestAsync(message, http.Response.Body, first => StatusFor(http, first), http.RequestAborted);
            if (wrote) return;
            // A notification: taken in, nothing to answer.
            http.Response.ContentType = null;
            http.Response.StatusCode = 202;
        }
        finally
        {
            await ending.CancelAsync();
            await EndAsync(running);
        }
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

    private static async Task<JsonRpcMessage?> ReadMessageAsync(HttpContext http)
    {
        var accepted = http.Request.Headers.Accept.ToString();
        if (!accepted.Contains("application/json", StringComparison.OrdinalIgnoreCase) || !accepted.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return await FailAsync(http, 406, McpErrorCode.InvalidRequest, "Accept must name application/json and text/event-stream.");
        if (!http.Request.HasJsonContentType()) return await FailAsync(http, 415, McpErrorCode.InvalidRequest, "Content-Type must be application/json.");
        var limit = http.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value.MaxBodyBytes;
        if (await RequestReader.ReadBytesAsync(http, limit) is not { } bytes) return await FailAsync(http, 413, McpErrorCode.InvalidRequest, $"At most {limit} bytes.");
        try
        {
            // The strict reader refuses what readers could understand differently, such as a name that stands twice.
            var json = CanonicalJson.Parse(bytes);
            if (json.ValueKind != JsonValueKind.Object) return await FailAsync(http, 400, McpErrorCode.InvalidRequest, "The body must be one JSON-RPC message.");
            if (json.Deserialize<JsonRpcMessage>(McpJsonUtilities.DefaultOptions) is not { } message)
                return await FailAsync(http, 400, McpErrorCode.InvalidRequest, "The body is no JSON-RPC message.");
            if (McpHeaderRules.Version(http.Request.Headers) is { Length: > 0 } version) message.Context = new JsonRpcMessageContext { ProtocolVersion = version };
            return message;
        }
        catch (JsonException)
        {
            return await FailAsync(http, 400, McpErrorCode.ParseError, "The body is not one well-formed JSON-RPC message.");
        }
    }

    private static async Task<JsonRpcMessage?> FailAsync(HttpContext http, int status, McpErrorCode code, string text)
    {
        await WriteErrorAsync(http, status, default, new JsonRpcErrorDetail { Code = (int)code, Message = text });
        return null;
    }

    private static Task WriteErrorAsync(HttpContext http, int status, RequestId id, JsonRpcErrorDetail error)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes<JsonRpcMessage>(new JsonRpcError { Id = id, Error = error }, McpJsonUtilities.DefaultOptions);
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static async Task EndAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It was told to end: its one message is answered.
        }
    }
}
