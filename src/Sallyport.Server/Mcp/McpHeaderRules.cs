using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Sallyport.Server.Mcp;

/// <summary>A request that breaks a rule of the transport.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">The JSON-RPC error.</param>
internal sealed record McpHeaderFault(int Status, JsonRpcErrorDetail Error);

/// <summary>
/// The transport's header rules. Since revision 2026-07-28 each request carries its own version and capabilities, and headers repeat what the
/// body says so that a proxy can route by them: a difference would let one request pass as another, so it is refused (-32020).
/// </summary>
internal static class McpHeaderRules
{
    internal const string VersionHeader = "MCP-Protocol-Version";
    internal const string PerRequestVersion = "2026-07-28";
    private const string VersionKey = "io.modelcontextprotocol/protocolVersion";
    private const string CapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
    private static readonly string[] Versions = ["2025-03-26", "2025-06-18", "2025-11-25", PerRequestVersion];

    /// <summary>Methods that the revision 2026-07-28 took out.</summary>
    private static readonly string[] Removed = ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"];

    internal static string Version(IHeaderDictionary headers) => headers[VersionHeader].ToString().Trim();

    internal static bool SpeaksPerRequest(IHeaderDictionary headers) => Version(headers) == PerRequestVersion;

    /// <summary>The rule that a message breaks, or null.</summary>
    internal static McpHeaderFault? Check(IHeaderDictionary headers, JsonRpcMessage message)
    {
        var version = Version(headers);
        var (method, parameters, isRequest) = message switch
        {
            JsonRpcRequest request => (request.Method, request.Params as JsonObject, true),
            JsonRpcNotification notification => (notification.Method, notification.Params as JsonObject, false),
            _ => ("", null, false),
        };
        var meta = parameters?["_meta"] as JsonObject;
        var claimed = Text(meta, VersionKey);
        if (version.Length > 0 && !Versions.Contains(version)) return Unsupported(version, claimed is null ? Versions : [PerRequestVersion]);
        if (method.Length == 0) return null;
        if (version != PerRequestVersion)
        {
            if (claimed == PerRequestVersion) return Mismatch($"The body speaks {PerRequestVersion}, but {VersionHeader} does not say so.");
            return method == "initialize" && version.Length > 0 && Text(parameters, "protocolVersion") is { } offered && offered != version
                ? Mismatch($"{VersionHeader} and params.protocolVersion differ.") : null;
        }

        if (isRequest && claimed is null) return Fault(400, McpErrorCode.InvalidParams, $"_meta lacks {VersionKey}.");
        if (claimed is not null && claimed != version) return Mismatch($"{VersionHeader} and {VersionKey} differ.");
        if (headers["Mcp-Method"].ToString().Trim() != method) return Mismatch("Mcp-Method must repeat the method.");
        if (NameOf(method) is { } member && Decode(headers["Mcp-Name"].ToString().Trim()) is var name && (name is null || name != Text(parameters, member)))
            return Mismatch($"Mcp-Name must repeat params.{member}.");
        if (isRequest && meta?[CapabilitiesKey] is not JsonObject) return Fault(400, McpErrorCode.InvalidParams, $"_meta lacks {CapabilitiesKey}, an object.");
        return Removed.Contains(method) ? Fault(404, McpErrorCode.MethodNotFound, $"{PerRequestVersion} has no method {method}.") : null;
    }

    private static string? NameOf(string method) => method switch
    {
        "tools/call" or "prompts/get" => "name",
        "resources/read" => "uri",
        "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId",
        _ => null,
    };

    /// <summary>A value that does not fit into a header travels as <c>=?base64?…?=</c>.</summary>
    private static string? Decode(string value)
    {
        if (!value.StartsWith("=?base64?", StringComparison.Ordinal) || !value.EndsWith("?=", StringComparison.Ordinal) || value.Length < 11) return value;
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[9..^2], bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static string? Text(JsonObject? json, string name) => json?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static McpHeaderFault Mismatch(string text) => Fault(400, McpErrorCode.HeaderMismatch, text);

    private static McpHeaderFault Fault(int status, McpErrorCode code, string text) => new(status, new JsonRpcErrorDetail { Code = (int)code, Message = text });

    /// <summary>Lists what the client's way of asking can have: who names a version in each request is offered what works so.</summary>
    private static McpHeaderFault Unsupported(string requested, string[] supported) => new(400, new JsonRpcErrorDetail
    {
        Code = (int)McpErrorCode.UnsupportedProtocolVersion,
        Message = "This protocol version is not supported.",
        Data = new JsonObject { ["supported"] = new JsonArray([.. supported.Select(version => JsonValue.Create(version))]), ["requested"] = requested.Length > 32 ? requested[..32] : requested },
    });
}
