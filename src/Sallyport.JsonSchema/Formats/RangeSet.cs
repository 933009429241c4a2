namespace Sallyport.JsonSchema.Formats;

/// <summary>Code points by sorted, disjoint ranges.</summary>
internal sealed class RangeSet
{
    private readonly int[] _first;
    private readonly int[] _last;

    /// <param name="ranges">First and last code points alternating, ascending.</param>
    public RangeSet(params ReadOnlySpan<int> ranges)
    {
        _first = new int[ranges.Length / 2];
        _last = new int[ranges.Length / 2];
        for (var i = 0; i < _first.Length; i++)
        {
            (_first[i], _last[i]) = (ranges[2 * i], ranges[(2 * i) + 1]);
            if (_last[i] < _first[i] || (i > 0 && _first[i] <= _last[i - 1]))
                throw new ArgumentException($"The ranges are out of order at {_first[i]:X4}.", nameof(ranges));
        }
    }

    public bool Contains(int codePoint)
    {
        var index = Array.BinarySearch(_first, codePoint);
        if (index < 0) index = ~index - 1;
        return index >= 0 && codePoint <= _last[index];
    }
}
