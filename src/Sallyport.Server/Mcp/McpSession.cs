using ModelContextProtocol.Server;

namespace Sallyport.Server.Mcp;

/// <summary>A session before revision 2026-07-28: what lets a server ask its client back. It belongs to the agent that opened it.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly McpServer _server;
    private readonly Task _running;

    internal McpSession(string id, string agentId, long openedAt, McpDoor door, ILoggerFactory logging, IServiceProvider services)
    {
        (Id, AgentId, LastUsed) = (id, agentId, openedAt);
        Transport = new StreamableHttpServerTransport(logging) { SessionId = id };
        _server = McpServer.Create(Transport, door.Options(), logging, services);
        _running = _server.RunAsync(_ending.Token);
    }

    /// <summary>Its id: 256 random bits. It names the session and proves nothing.</summary>
    internal string Id { get; }

    /// <summary>Who opened it, and alone can use it.</summary>
    internal string AgentId { get; }

    /// <summary>When it was used last, a timestamp of the injected clock.</summary>
    internal long LastUsed { get; set; }

    /// <summary>Takes its messages.</summary>
    internal StreamableHttpServerTransport Transport { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await McpEndpoint.EndAsync(_running);
        await _server.DisposeAsync();
        await Transport.DisposeAsync();
        _ending.Dispose();
    }
}
