using System.Globalization;

namespace Sallyport.JsonSchema.Formats;

/// <summary>
/// The rule for names with right-to-left characters (RFC 5893 §2). It concerns every label as soon as one has such a character.
/// </summary>
internal static class BidiRule
{
    private static readonly RangeSet RightToLeft = new(
        0x590, 0x5FF, 0x600, 0x7BF, 0x7C0, 0x8FF, 0x200F, 0x200F, 0xFB1D, 0xFDFF, 0xFE70, 0xFEFF, 0x10800, 0x10FFF, 0x1E800, 0x1EFFF);

    private static readonly RangeSet ArabicDigits = new(
        0x600, 0x605, 0x660, 0x669, 0x66B, 0x66C, 0x6DD, 0x6DD, 0x890, 0x891, 0x8E2, 0x8E2, 0x10D30, 0x10D39, 0x10E60, 0x10E7E);

    /// <summary>The classes of Unicode annex 9 as far as the rule tells them apart.</summary>
    private enum Direction
    {
        /// <summary>L.</summary>
        Left,

        /// <summary>R and AL.</summary>
        Right,

        /// <summary>EN.</summary>
        EuropeanDigit,

        /// <summary>AN.</summary>
        ArabicDigit,

        /// <summary>NSM.</summary>
        Mark,

        /// <summary>ES, CS, ET, ON and BN.</summary>
        Neutral,
    }

    public static bool Holds(IReadOnlyList<int[]> labels)
    {
        var directions = labels.Select(label => Array.ConvertAll(label, Of)).ToArray();
        return !directions.Any(label => label.Any(d => d is Direction.Right or Direction.ArabicDigit))
            || Array.TrueForAll(directions, IsValid);
    }

    private static bool IsValid(Direction[] label)
    {
        var last = Array.FindLastIndex(label, d => d != Direction.Mark);
        if (last < 0) return false;
        if (label[0] == Direction.Left)
            return !label.Any(d => d is Direction.Right or Direction.ArabicDigit)
                && label[last] is Direction.Left or Direction.EuropeanDigit;
        return label[0] == Direction.Right
            && !label.Contains(Direction.Left)
            && label[last] is Direction.Right or Direction.EuropeanDigit or Direction.ArabicDigit
            && !(label.Contains(Direction.EuropeanDigit) && label.Contains(Direction.ArabicDigit));
    }

    private static Direction Of(int c)
    {
        if (c is (>= '0' and <= '9') or (>= 0x6F0 and <= 0x6F9)) return Direction.EuropeanDigit;
        if (ArabicDigits.Contains(c)) return Direction.ArabicDigit;
        var category = CharUnicodeInfo.GetUnicodeCategory(c);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return Direction.Mark;
        if (RightToLeft.Contains(c)) return Direction.Right;
        return category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber ? Direction.Left : Direction.Neutral;
    }
}
