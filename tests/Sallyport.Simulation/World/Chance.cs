namespace Sallyport.Simulation.World;

/// <summary>A small seeded generator (Steele, Lea and Flood 2014): the same numbers on every machine.</summary>
internal sealed class Chance(ulong seed)
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

    /// <summary>True so many times in a thousand.</summary>
    internal bool Permille(int permille) => Below(1_000) < permille;

    internal T Of<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>A time between two bounds, more often near the lower one.</summary>
    internal TimeSpan Between(TimeSpan from, TimeSpan to)
    {
        var span = (to - from).Ticks;
        var part = Below(1_000) * (long)Below(1_000);
        return from + TimeSpan.FromTicks(span / 1_000_000 * part);
    }

    internal void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(Next() >> 24);
    }
}
