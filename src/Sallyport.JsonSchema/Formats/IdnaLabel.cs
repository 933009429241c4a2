using System.Globalization;

namespace Sallyport.JsonSchema.Formats;

/// <summary>
/// Whether code points form a U-label (RFC 5891 §4.2): allowed code points (RFC 5892 §2-3), contextual rules (its appendix A), hyphens.
/// </summary>
/// <remarks>
/// The platform has general categories but no compatibility mappings, so the rule "unstable under NFKC and case folding" is applied from
/// a table of ranges. That a label is in normalization form C cannot be checked at all.
/// </remarks>
internal static class IdnaLabel
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    public static bool IsValid(ReadOnlySpan<int> label)
    {
        if (label.IsEmpty || label[0] == '-' || label[^1] == '-') return false;
        if (label.Length >= 4 && label[2] == '-' && label[3] == '-') return false;
        if (IsMark(label[0])) return false;
        for (var i = 0; i < label.Length; i++)
        {
            if (IsContextual(label[i]) ? !ContextAllows(label, i) : !IsAlwaysAllowed(label[i])) return false;
        }

        return true;
    }

    public static bool IsMark(int c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Whether the derived property is PVALID.</summary>
    private static bool IsAlwaysAllowed(int c)
    {
        if (c is 0xDF or 0x3C2 or 0x6FD or 0x6FE or 0xF0B or 0x3007) return true;
        if (c is 0x640 or 0x7FA or 0x302E or 0x302F or (>= 0x3031 and <= 0x3035) or 0x303B) return false;
        if (c < 128) return c == '-' || char.IsAsciiDigit((char)c) || char.IsAsciiLetterLower((char)c);
        return CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            && !IdnaTables.Excluded.Contains(c);
    }

    private static bool IsContextual(int c) => c is ZeroWidthNonJoiner or ZeroWidthJoiner or 0xB7 or 0x375 or 0x5F3 or 0x5F4 or 0x30FB
        or (>= 0x660 and <= 0x669) or (>= 0x6F0 and <= 0x6F9);

    private static bool ContextAllows(ReadOnlySpan<int> label, int at)
    {
        var before = at > 0 ? label[at - 1] : -1;
        var after = at + 1 < label.Length ? label[at + 1] : -1;
        switch (label[at])
        {
            case ZeroWidthNonJoiner:
                return IdnaTables.Viramas.Contains(before) || JoinsAcross(label, at);
            case ZeroWidthJoiner:
                return IdnaTables.Viramas.Contains(before);
            case 0xB7:
                return before == 'l' && after == 'l';
            case 0x375:
                return IdnaTables.Greek.Contains(after);
            case 0x5F3 or 0x5F4:
                return IdnaTables.Hebrew.Contains(before);
            case 0x30FB:
                return ContainsAny(label, IdnaTables.Japanese);
            case <= 0x669:
                return label.IndexOfAnyInRange(0x6F0, 0x6F9) < 0;
            default:
                return label.IndexOfAnyInRange(0x660, 0x669) < 0;
        }
    }

    /// <summary>
    /// RFC 5892 appendix A.1: a letter that joins forward before it and one that joins backward after it, marks between them ignored.
    /// </summary>
    private static bool JoinsAcross(ReadOnlySpan<int> label, int at)
    {
        var before = at - 1;
        while (before >= 0 && IdnaTables.IsTransparent(label[before])) before--;
        var after = at + 1;
        while (after < label.Length && IdnaTables.IsTransparent(label[after])) after++;
        return before >= 0 && after < label.Length && IdnaTables.DualJoining.Contains(label[before])
            && (IdnaTables.DualJoining.Contains(label[after]) || IdnaTables.RightJoining.Contains(label[after]));
    }

    private static bool ContainsAny(ReadOnlySpan<int> label, RangeSet set)
    {
        foreach (var c in label)
        {
            if (set.Contains(c)) return true;
        }

        return false;
    }
}
