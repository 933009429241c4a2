namespace Sallyport.JsonSchema.Evaluation;

/// <summary>
/// Which properties or items of one instance some keyword has looked at, by position: what <c>unevaluatedProperties</c> and
/// <c>unevaluatedItems</c> ask (core §11). One set belongs to one instance, so it serves objects and arrays alike.
/// </summary>
internal sealed class EvaluatedSet
{
    private ulong[] _bits = new ulong[1];

    /// <summary>Every position counts as evaluated.</summary>
    public bool All { get; private set; }

    public void AddAll() => All = true;

    public void Add(int position)
    {
        var word = position >> 6;
        if (word >= _bits.Length) Array.Resize(ref _bits, Math.Max(word + 1, _bits.Length * 2));
        _bits[word] |= 1UL << (position & 63);
    }

    public bool Contains(int position)
    {
        if (All) return true;
        var word = position >> 6;
        return word < _bits.Length && (_bits[word] & (1UL << (position & 63))) != 0;
    }

    public void UnionWith(EvaluatedSet other)
    {
        All |= other.All;
        if (other._bits.Length > _bits.Length) Array.Resize(ref _bits, other._bits.Length);
        for (var i = 0; i < other._bits.Length; i++) _bits[i] |= other._bits[i];
    }

    public void Clear()
    {
        All = false;
        Array.Clear(_bits);
    }
}
