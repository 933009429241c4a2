using System.Globalization;
using System.Text;

namespace Sallyport.Console;

/// <summary>
/// Makes text of others readable as what it is. Markup is escaped by the renderer; this is about characters that an approver could not see:
/// controls, marks that turn the direction of writing, blanks without width. Each is shown by its number.
/// </summary>
public static class PlainText
{
    /// <summary>The text with every invisible character spelled out, for example <c>⟨U+202E⟩</c>; line breaks and tabs stay.</summary>
    public static string Visible(string text)
    {
        if (!text.EnumerateRunes().Any(IsHidden)) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune)) shown.Append(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩");
            else shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    private static bool IsHidden(Rune rune) => rune.Value is not ('\n' or '\t' or '\r') && (Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator && rune.Value != ' ') || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800);
}
