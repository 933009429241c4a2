using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sallyport.Contracts.Json;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Mcp;

/// <summary>Reads JSON-RPC messages strictly and writes the errors of the transport.</summary>
internal static class McpMessages
{
    /// <summary>Reads one message, or answers with what is wrong with it and returns null.</summary>
    internal static async Task<JsonRpcMessage?> ReadAsync(HttpContext http)
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

    /// <summary>Answers with a JSON-RPC error that the protocol library is not asked about.</summary>
    internal static Task WriteErrorAsync(HttpContext http, int status, RequestId id, JsonRpcErrorDetail error)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes<JsonRpcMessage>(new JsonRpcError { Id = id, Error = error }, McpJsonUtilities.DefaultOptions);
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
