namespace Sallyport.Server.Http;

/// <summary>The server's own name: issuer, audience and the hosts that it answers to.</summary>
public sealed class PublicAddress
{
    private string? _url;

    /// <summary>The URL without a trailing slash.</summary>
    /// <exception cref="InvalidOperationException">The server has not started listening.</exception>
    public string Url => _url ?? throw new InvalidOperationException("The server's address is not known before it listens.");

    /// <summary>Hosts (with port) that requests may name.</summary>
    public IReadOnlySet<string> Hosts { get; private set; } = new HashSet<string>();

    internal void Set(string url, IEnumerable<string> furtherHosts)
    {
        _url = url.TrimEnd('/');
        var uri = new Uri(_url);
        var hosts = new HashSet<string>(furtherHosts, StringComparer.OrdinalIgnoreCase) { uri.Authority };
        if (uri.IsLoopback) hosts.UnionWith([$"localhost:{uri.Port}", $"127.0.0.1:{uri.Port}", $"[::1]:{uri.Port}"]);
        Hosts = hosts;
    }
}
