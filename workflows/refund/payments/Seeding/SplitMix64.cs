namespace Sallyport.Samples.Payments.Seeding;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Our own, because the
/// seeded rows must stay the same across runtimes and <see cref="Random"/> does not promise its sequence.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both included. The tiny modulo bias does not matter here.</summary>
    public long Between(long min, long max) => min + (long)(Next() % (ulong)(max - min + 1));

    /// <summary>True in <paramref name="percent"/> of 100 calls.</summary>
    public bool Chance(int percent) => Between(0, 99) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[(int)Between(0, items.Count - 1)];
}
