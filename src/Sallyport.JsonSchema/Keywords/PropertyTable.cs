using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>
/// Declared properties, looked up by the bytes of the instance: no string is made for a property that is spelled without escapes.
/// </summary>
internal sealed class PropertyTable
{
    /// <summary>Up to this many, comparing one after the other is as fast as hashing.</summary>
    private const int Few = 12;

    private readonly (byte[] Name, SchemaNode Schema)[] _entries;
    private readonly FrozenDictionary<string, SchemaNode> _byName;

    public PropertyTable(IReadOnlyList<KeyValuePair<string, SchemaNode>> properties)
    {
        // Repeated names are an issue of the schema and never get as far as an evaluation.
        var distinct = properties.DistinctBy(p => p.Key, StringComparer.Ordinal).ToArray();
        _entries = [.. distinct.Select(p => (Encoding.UTF8.GetBytes(p.Key), p.Value))];
        _byName = distinct.ToFrozenDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        Names = [.. distinct.Select(p => p.Key)];
    }

    public IReadOnlyList<string> Names { get; }

    public SchemaNode? Find(in JsonProperty property)
    {
        if (_entries.Length == 0) return null;
        if (_entries.Length > Few) return _byName.GetValueOrDefault(property.Name);
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (raw.Contains((byte)'\\')) return _byName.GetValueOrDefault(property.Name);
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (raw.SequenceEqual(entry.Name)) return entry.Schema;
        }

        return null;
    }
}
