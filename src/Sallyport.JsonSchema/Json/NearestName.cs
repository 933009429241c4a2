namespace Sallyport.JsonSchema.Json;

/// <summary>Finds the declared name that a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>Longer names are not compared: the cost grows with the product of the lengths, and nobody mistypes them.</summary>
    private const int MaxLength = 64;

    /// <summary>The closest candidate within about a third of the name's length in edits, or <c>null</c>. Ties go to the first.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > MaxLength) return null;
        string? best = null;
        var limit = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length is 0 or > MaxLength || Math.Abs(candidate.Length - name.Length) >= limit) continue;
            if (string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase)) return candidate;
            var distance = Distance(name, candidate);
            if (distance >= limit || distance >= Math.Max(name.Length, candidate.Length)) continue;
            limit = distance;
            best = candidate;
        }

        return best;
    }

    /// <summary>Edits between two names, where swapping two neighbours is one edit (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}
