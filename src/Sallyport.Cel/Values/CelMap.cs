namespace Sallyport.Cel.Values;

/// <summary>A map in insertion order. Keys are bool, int, uint and string; 1 and 1u are the same key.</summary>
internal sealed class CelMap(int capacity)
{
    private readonly Dictionary<CelValue, CelValue> _entries = new(capacity);

    internal long Weight { get; private set; } = 1;

    /// <summary>True if a member somewhere inside could not be read.</summary>
    internal bool HoldsErrors { get; private set; }

    /// <summary>The object type that this map was read as; null for every other map.</summary>
    internal CelType? Shape { get; private set; }

    /// <summary>The declared members in the order of <see cref="Shape"/>; an absent one is the default value, an error.</summary>
    internal CelValue[] Fields { get; private set; } = [];

    internal int Count => _entries.Count;

    internal IReadOnlyDictionary<CelValue, CelValue> Entries => _entries;

    internal Dictionary<CelValue, CelValue>.KeyCollection Keys => _entries.Keys;

    public Dictionary<CelValue, CelValue>.Enumerator GetEnumerator() => _entries.GetEnumerator();

    /// <summary>Adds an entry; the problem if the key cannot be one.</summary>
    internal string? Add(in CelValue key, in CelValue value)
    {
        if (key.Kind is not (CelValueKind.Bool or CelValueKind.Int or CelValueKind.Uint or CelValueKind.String))
            return key.IsError ? key.ErrorMessage : $"unsupported key type: {ValueText.KindName(key)}";
        if (!_entries.TryAdd(key, value))
            return $"repeated key: {key}";
        HoldsErrors |= CelList.HasErrors(value);
        Weight += 1 + CelList.Heft(key) + CelList.Heft(value);
        return null;
    }

    /// <summary>Lays the declared members out by position, so that selecting one needs no hash.</summary>
    internal void ShapeAs(CelType shape)
    {
        Fields = new CelValue[shape.Fields.Length];
        for (var i = 0; i < Fields.Length; i++)
            TryGet(shape.Fields[i].Name, out Fields[i]);
        Shape = shape;
    }

    internal bool TryGet(in CelValue key, out CelValue value) => _entries.TryGetValue(key, out value);

    internal bool TryGet(string name, out CelValue value) => _entries.TryGetValue(CelValue.From(name), out value);
}
