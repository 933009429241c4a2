using ModelContextProtocol.Server;

namespace Sallyport.Server.Mcp;

/// <summary>
/// What the MCP door offers beside the tools of the contracts. Production offers nothing; the conformance suite's fixtures come in here, so that
/// the suite meets the very endpoint that agents meet. Additions are made to a server that answers an agent who is known already, behind the
/// same host check, header rules and size limits, and a tool of the gate or of a contract goes before one of the same name here.
/// </summary>
/// <param name="Tools">Further tools by name.</param>
/// <param name="AddTo">Adds anything else, such as prompts, to the options of a server.</param>
/// <param name="AskClients">
/// Whether something added asks clients back (sampling, elicitation). Before revision 2026-07-28 that needs sessions, which are offered only
/// then: nothing of the gate asks an agent anything, and without sessions every request can be answered by any replica.
/// </param>
internal sealed record McpPrimitives(IReadOnlyDictionary<string, McpServerTool> Tools, Action<McpServerOptions> AddTo, bool AskClients)
{
    /// <summary>Nothing more.</summary>
    internal static McpPrimitives None { get; } = new(new Dictionary<string, McpServerTool>(), static _ => { }, AskClients: false);
}
