using Sallyport.Identity;

namespace Sallyport.Server.Mcp;

/// <summary>
/// The open sessions of this process, bounded in number and idle time. Possession of an id is not authentication: each request brings its own
/// token, and a session answers only the agent that opened it.
/// </summary>
internal sealed class McpSessions(McpDoor door, IdSource ids, TimeProvider time, ILoggerFactory logging, IServiceProvider services) : IAsyncDisposable
{
    internal const int MostOfOneAgent = 16;
    internal const int Most = 512;
    internal static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, McpSession> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Whether there are sessions at all.</summary>
    internal bool AreOffered => door.AskClients;

    /// <summary>Opens a session, ending the agent's least used one if it has too many; null when the server has too many.</summary>
    internal async Task<McpSession?> OpenAsync(Proposer agent)
    {
        List<McpSession> ended;
        McpSession? opened = null;
        lock (_gate)
        {
            ended = [.. _open.Values.Where(IsIdle)];
            var mine = _open.Values.Except(ended).Where(session => session.AgentId == agent.Id).OrderBy(session => session.LastUsed).ToList();
            if (mine.Count >= MostOfOneAgent) ended.Add(mine[0]);
            foreach (var session in ended) _open.Remove(session.Id);
            if (_open.Count < Most)
            {
                opened = new McpSession("mcs_" + Convert.ToHexStringLower(ids.Bytes(32)), agent.Id, time.GetTimestamp(), door, logging, services);
                _open.Add(opened.Id, opened);
            }
        }

        foreach (var session in ended) await session.DisposeAsync();
        return opened;
    }

    /// <summary>The agent's session of an id, or null: it has ended, never was, or is another agent's, which looks the same.</summary>
    internal McpSession? Find(Proposer agent, string id)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(id, out var session) || session.AgentId != agent.Id || IsIdle(session)) return null;
            session.LastUsed = time.GetTimestamp();
            return session;
        }
    }

    /// <summary>Ends the agent's session of an id; false when there is none.</summary>
    internal async Task<bool> EndAsync(Proposer agent, string id)
    {
        McpSession? session;
        lock (_gate)
        {
            session = Find(agent, id);
            if (session is not null) _open.Remove(id);
        }

        if (session is not null) await session.DisposeAsync();
        return session is not null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<McpSession> left;
        lock (_gate)
        {
            left = [.. _open.Values];
            _open.Clear();
        }

        foreach (var session in left) await session.DisposeAsync();
    }

    private bool IsIdle(McpSession session) => time.GetElapsedTime(session.LastUsed) > LongestIdle;
}
