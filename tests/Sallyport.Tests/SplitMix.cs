namespace Sallyport.Tests;

/// <summary>A small seeded generator (Steele, Lea and Flood 2014): the same numbers on every machine.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    internal int Below(int bound) => (int)(Next() % (ulong)bound);
}
