using System.Collections.Frozen;

namespace Sallyport.Execution;

/// <summary>The connectors that this server is configured with, by name.</summary>
public sealed class ConnectorSet(IEnumerable<IConnector> connectors)
{
    private readonly FrozenDictionary<string, IConnector> _byName = connectors.ToFrozenDictionary(connector => connector.Name, StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>The connector of a name, or null.</summary>
    public IConnector? Find(string name) => _byName.GetValueOrDefault(name);
}
