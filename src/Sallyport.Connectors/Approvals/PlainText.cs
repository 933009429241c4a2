using System.Globalization;
using System.Text;

namespace Sallyport.Connectors.Approvals;

/// <summary>
/// Text that an agent or a system of record supplied, made harmless for one line elsewhere: no control, direction or invisible characters, a
/// bounded length. What marks text up is the business of each format.
/// </summary>
public static class PlainText
{
    /// <summary>The text in one line of at most so many characters; a cut shows as "…".</summary>
    public static string Of(string? text, int most)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            // Format characters turn the direction of text or hide it; line breaks would forge further lines.
            if (category is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned || rune == Rune.ReplacementChar) continue;
            var shown = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? new Rune(' ') : rune;
            if (line.Length + shown.Utf16SequenceLength > most - 1) return line.Append('…').ToString();
            line.Append(shown.ToString());
        }

        return line.ToString();
    }
}
