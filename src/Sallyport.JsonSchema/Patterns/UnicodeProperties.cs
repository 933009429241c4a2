using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Sallyport.JsonSchema.Patterns;

/// <summary>
/// The sets behind <c>\p{…}</c> (ECMA-262 §22.2.1, table of Unicode properties): general categories under all their names and the few
/// binary properties that the platform has data for. Scripts and the other binary properties are refused rather than approximated.
/// </summary>
internal static class UnicodeProperties
{
    private static readonly ConcurrentDictionary<string, CodePointSet> Sets = new(StringComparer.Ordinal);

    /// <summary>Short names, long names and aliases of the general categories (Unicode property value aliases).</summary>
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["Other"] = "C", ["Control"] = "Cc", ["cntrl"] = "Cc", ["Format"] = "Cf", ["Unassigned"] = "Cn", ["Private_Use"] = "Co",
        ["Surrogate"] = "Cs", ["Letter"] = "L", ["Cased_Letter"] = "LC", ["Lowercase_Letter"] = "Ll", ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo", ["Titlecase_Letter"] = "Lt", ["Uppercase_Letter"] = "Lu", ["Mark"] = "M", ["Combining_Mark"] = "M",
        ["Spacing_Mark"] = "Mc", ["Enclosing_Mark"] = "Me", ["Nonspacing_Mark"] = "Mn", ["Number"] = "N", ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd", ["Letter_Number"] = "Nl", ["Other_Number"] = "No", ["Punctuation"] = "P", ["punct"] = "P",
        ["Connector_Punctuation"] = "Pc", ["Dash_Punctuation"] = "Pd", ["Close_Punctuation"] = "Pe", ["Final_Punctuation"] = "Pf",
        ["Initial_Punctuation"] = "Pi", ["Other_Punctuation"] = "Po", ["Open_Punctuation"] = "Ps", ["Symbol"] = "S",
        ["Currency_Symbol"] = "Sc", ["Modifier_Symbol"] = "Sk", ["Math_Symbol"] = "Sm", ["Other_Symbol"] = "So", ["Separator"] = "Z",
        ["Line_Separator"] = "Zl", ["Paragraph_Separator"] = "Zp", ["Space_Separator"] = "Zs",
    };

    /// <summary>Indexed by <see cref="UnicodeCategory"/>.</summary>
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>Binary properties of ECMA-262 (its table of binary Unicode property aliases) without data here.</summary>
    private static readonly string[] BinaryNames =
    [
        "Alphabetic", "Alpha", "Bidi_Control", "Bidi_C", "Bidi_Mirrored", "Bidi_M", "Case_Ignorable", "CI", "Cased", "Changes_When_Casefolded", "CWCF",
        "Changes_When_Casemapped", "CWCM", "Changes_When_Lowercased", "CWL", "Changes_When_NFKC_Casefolded", "CWKCF", "Changes_When_Titlecased", "CWT",
        "Changes_When_Uppercased", "CWU", "Dash", "Default_Ignorable_Code_Point", "DI", "Deprecated", "Dep", "Diacritic", "Dia", "Emoji",
        "Emoji_Component", "EComp", "Emoji_Modifier", "EMod", "Emoji_Modifier_Base", "EBase", "Emoji_Presentation", "EPres", "Extended_Pictographic",
        "ExtPict", "Extender", "Ext", "Grapheme_Base", "Gr_Base", "Grapheme_Extend", "Gr_Ext", "Hex_Digit", "Hex", "IDS_Binary_Operator", "IDSB",
        "IDS_Trinary_Operator", "IDST", "ID_Continue", "IDC", "ID_Start", "IDS", "Ideographic", "Ideo", "Join_Control", "Join_C",
        "Logical_Order_Exception", "LOE", "Lowercase", "Lower", "Math", "Noncharacter_Code_Point", "NChar", "Pattern_Syntax", "Pat_Syn",
        "Pattern_White_Space", "Pat_WS", "Quotation_Mark", "QMark", "Radical", "Regional_Indicator", "RI", "Sentence_Terminal", "STerm",
        "Soft_Dotted", "SD", "Terminal_Punctuation", "Term", "Unified_Ideograph", "UIdeo", "Uppercase", "Upper", "Variation_Selector", "VS",
        "XID_Continue", "XIDC", "XID_Start", "XIDS",
    ];

    /// <summary>The set of a property expression, without its braces; <c>null</c> when it is unknown here.</summary>
    public static CodePointSet? Find(string expression)
    {
        var equals = expression.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0 && expression[..equals] is not ("gc" or "General_Category")) return null;
        var name = expression[(equals + 1)..];
        var category = Short.GetValueOrDefault(name, name);
        if (category == "LC" || Array.Exists(CategoryNames, c => c == category || c[..1] == category))
            return Sets.GetOrAdd(category, static c => CodePointSet.Where(p => IsIn(p, c)));
        return equals >= 0 ? null : name switch
        {
            "Any" => CodePointSet.Of((0, CodePointSet.Last)),
            "ASCII" => CodePointSet.Of((0, 0x7F)),
            "ASCII_Hex_Digit" or "AHex" => CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
            "Assigned" => Sets.GetOrAdd("Cn", static c => CodePointSet.Where(p => IsIn(p, c))).Complement(),
            "White_Space" or "space" => CodePointSet.Where(c => Rune.IsValid(c) && Rune.IsWhiteSpace(new Rune(c))),
            _ => null,
        };
    }

    /// <summary>Whether ECMA-262 has a property of this name, be it supported here or not. Names of scripts are taken on trust.</summary>
    public static bool IsDefined(string expression)
    {
        var equals = expression.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return Array.IndexOf(BinaryNames, expression) >= 0;
        return expression[..equals] is "Script" or "sc" or "Script_Extensions" or "scx"
            && expression.Length > equals + 1 && expression[(equals + 1)..].All(c => char.IsAsciiLetter(c) || c == '_');
    }

    private static bool IsIn(int codePoint, string category)
    {
        var own = CategoryNames[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)];
        return category == "LC" ? own is "Lu" or "Ll" or "Lt" : own.StartsWith(category, StringComparison.Ordinal);
    }
}
