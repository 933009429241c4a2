using ModelContextProtocol.Protocol;
using Sallyport.Identity;

namespace Sallyport.Server.Mcp;

/// <summary>
/// Who sent a message. It travels with the message and not with the server that answers, because a session outlives the token that it was
/// opened with: what counts is the credential of each request.
/// </summary>
/// <param name="Agent">The agent whose token the request carried.</param>
/// <param name="TraceId">W3C trace id of the request.</param>
/// <param name="StillHolds">Whether that token still holds, for what goes on after the request was let in.</param>
internal sealed record McpCaller(Proposer Agent, string TraceId, Func<CancellationToken, Task<bool>> StillHolds)
{
    private const string Key = "sallyport.caller";

    internal void AttachTo(JsonRpcMessage message)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items = new Dictionary<string, object?> { [Key] = this };
    }

    /// <summary>The caller of a message.</summary>
    /// <exception cref="InvalidOperationException">The message did not come through the endpoint; nothing is done for it.</exception>
    internal static McpCaller Of(JsonRpcMessage message) =>
        message.Context?.Items?.TryGetValue(Key, out var caller) == true ? (McpCaller)caller! : throw new InvalidOperationException("A message without a caller reached the MCP door.");
}
