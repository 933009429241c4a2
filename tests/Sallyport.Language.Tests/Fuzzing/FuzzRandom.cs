namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>
/// A seeded generator (SplitMix64; Steele, Lea and Flood 2014) that can be set to any input number, so that input <c>i</c> depends on the
/// seed and on <c>i</c> alone, whichever thread makes it.
/// </summary>
internal sealed class FuzzRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    private ulong _state;

    internal void Reset(ulong seed, ulong number)
    {
        _state = seed;
        _state = Next() ^ (number * Step);
        _state = Next();
    }

    internal ulong Next()
    {
        var z = _state += Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    internal int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    internal bool Chance(int oneIn) => Below(oneIn) == 0;

    internal T Pick<T>(ReadOnlySpan<T> from) => from[Below(from.Length)];
}
