using System.Globalization;

namespace Sallyport.Audit;

/// <summary>The address of a tile in C2SP tlog-tiles: <c>L/N[.p/W]</c>, where N is written in groups of three digits (<c>x001/x234/067</c>).</summary>
/// <param name="Level">Level of hashes, or null for a bundle of entries.</param>
/// <param name="Index">Index of the tile in its level.</param>
/// <param name="Width">Hashes or entries in it, 1 to 256.</param>
public sealed record TilePath(int? Level, long Index, int Width)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int FullWidth = 256;

    private const string Entries = "entries";

    /// <summary>The first hash or entry of the tile.</summary>
    public long Start => Index * FullWidth;

    /// <summary>Reads an address; null unless it is written exactly as the specification says.</summary>
    public static TilePath? Parse(string text)
    {
        var parts = text.Split('/');
        var width = FullWidth;
        if (parts is [.., var last, var partial] && last.EndsWith(".p", StringComparison.Ordinal))
        {
            if (Number(partial, 255) is not (> 0 and var given)) return null;
            width = (int)given;
            parts = [.. parts[..^2], last[..^2]];
        }

        if (parts.Length is < 2 or > 6) return null;
        var level = parts[0] == Entries ? null : Number(parts[0], 63);
        if (level is null && parts[0] != Entries) return null;
        var index = 0L;
        for (var i = 1; i < parts.Length; i++)
        {
            var digits = i == parts.Length - 1 ? parts[i] : parts[i].StartsWith('x') ? parts[i][1..] : "";
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit)) return null;
            index = (index * 1_000) + int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        var path = new TilePath((int?)level, index, width);
        // One tile has one address: leading groups of zeros are another spelling of the same tile.
        return path.ToString() == text ? path : null;
    }

    /// <summary>The address.</summary>
    public override string ToString()
    {
        var index = (Index % 1_000).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = Index / 1_000; rest > 0; rest /= 1_000) index = $"x{(rest % 1_000).ToString("D3", CultureInfo.InvariantCulture)}/{index}";
        var level = Level?.ToString(CultureInfo.InvariantCulture) ?? Entries;
        return Width == FullWidth ? $"{level}/{index}" : $"{level}/{index}.p/{Width.ToString(CultureInfo.InvariantCulture)}";
    }

    private static long? Number(string text, int most) =>
        text.Length is 1 or 2 or 3 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')
            && int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var number && number <= most ? number : null;
}
