using Sallyport.JsonSchema.Patterns;

namespace Sallyport.Language.Tests.JsonSchema;

public sealed class PatternTests
{
    [Theory]
    [InlineData("^a$", "a\\n", false)]
    [InlineData("^.$", "\uD83D\uDC32", true)]
    [InlineData("^..$", "\uD83D\uDC32", false)]
    [InlineData("^.$", "\\n", false)]
    [InlineData("^[^a]$", "\uD83D\uDC32", true)]
    [InlineData("^[\uD83D\uDC00-\uD83D\uDCFF]{2}$", "\uD83D\uDC32\uD83D\uDC32", true)]
    [InlineData("^[\uD83D\uDC00-\uD83D\uDCFF]$", "\uD83E\uDD84", false)]
    [InlineData("^\\\\u{1F432}$", "\uD83D\uDC32", true)]
    [InlineData("^\\\\uD83D\\\\uDC32$", "\uD83D\uDC32", true)]
    [InlineData("^\\\\p{Lu}\\\\P{Lu}$", "Ab", true)]
    [InlineData("^\\\\p{L}$", "\uD835\uDC00", true)]
    [InlineData("^\\\\p{gc=Nd}+$", "1\u0667", true)]
    [InlineData("^[\\\\d\\\\-x]+$", "1-x", true)]
    [InlineData("^[]$", "", false)]
    [InlineData("^[^]$", "\uD83D\uDC32", true)]
    [InlineData("^(?<y>[0-9])-\\\\k<y>$", "4-4", true)]
    [InlineData("^(?<y>[0-9])-\\\\k<y>$", "4-5", false)]
    [InlineData("^(a)?\\\\1b$", "b", true)]
    [InlineData("^(a)(?<n>b)(c)\\\\3\\\\2\\\\1$", "abccba", true)]
    [InlineData("^(?!admin)[a-z]+$", "admin2", false)]
    [InlineData("^(?!admin)[a-z]+$", "user", true)]
    [InlineData("\\\\bcat\\\\b", "a cat!", true)]
    [InlineData("\\\\bcat\\\\b", "\u00E9cat", true)]
    [InlineData("^a{2,3}?$", "aaa", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^a{5000}$", "aaa", false)]
    [InlineData("^[a-z]+@[a-z]+\\\\.(com|org)$", "joe@example.org", true)]
    [InlineData("^#[ x]$", "# ", true)]
    [InlineData("^\\\\d$", "߀", false)]
    [InlineData("^\\\\D$", "߀", true)]
    [InlineData("^\\\\w$", "é", false)]
    [InlineData("^\\\\W$", "é", true)]
    [InlineData("^\\\\s$", "\uFEFF", true)]
    [InlineData("^\\\\s$", "\u2029", true)]
    [InlineData("^\\\\s$", "\u00A0", true)]
    [InlineData("^\\\\s$", "\\u0001", false)]
    [InlineData("^\\\\s$", "\u2013", false)]
    [InlineData("^\\\\s$", "\u0085", false)]
    [InlineData("^\\\\s$", "\u180E", false)]
    [InlineData("^\\\\S$", "\u2003", false)]
    [InlineData("^\\\\cC$", "\\u0003", true)]
    [InlineData("^\\\\cc$", "\\u0003", true)]
    [InlineData("^\\\\cC$", "\\\\cC", false)]
    [InlineData("^\\\\t$", "\\t", true)]
    [InlineData("^\\\\t$", "\\u0074", false)]
    [InlineData("^\\\\u0061$", "a", true)]
    [InlineData("^\\\\x61$", "a", true)]
    [InlineData("^\\\\0$", "\\u0000", true)]
    [InlineData("^\\\\/$", "/", true)]
    [InlineData("\\\\p{Letter}cole", "l'école", true)]
    [InlineData("\\\\wcole", "l'école", false)]
    [InlineData("[a-z]cole", "l'école", false)]
    [InlineData("^\\\\p{digit}+$", "১২", true)]
    [InlineData("^\\\\p{L}+$", "漢字", true)]
    [InlineData("^\\\\P{L}+$", "漢字", false)]
    [InlineData("^\\\\p{General_Category=Uppercase_Letter}$", "É", true)]
    [InlineData("^🐲*$", "🐲🐲", true)]
    [InlineData("^🐲*$", "🐉", false)]
    [InlineData("^🐲*$", "D", false)]
    [InlineData("^[🐲🐉]$", "🐉", true)]
    [InlineData("^(?<=x|^)a(?<!b)$", "a", true)]
    [InlineData("(?<=\\\\$)[0-9]+", "$42", true)]
    [InlineData("(?<!\\\\$)\\\\b42", "$42", false)]
    [InlineData("a+", "xxaayy", true)]
    [InlineData("^a|b$", "xb", true)]
    [InlineData("^(?:)$", "", true)]
    [InlineData("^[\\\\b]$", "\\b", true)]
    [InlineData("^a.c$", "a\\u2028c", false)]
    [InlineData("^a.c$", "a\\u0085c", true)]
    [InlineData("^K$", "\u212A", false)]
    [InlineData("^[^]$", "\\n", true)]
    [InlineData("^a{0}b$", "b", true)]
    [InlineData("^(a(?=b))b$", "ab", true)]
    [InlineData("\\\\Ba", "ba", true)]
    public void Pattern_EcmaMeaning_IsKept(string pattern, string text, bool valid) =>
        Assert.Equal(valid, Schemas.IsValid($"{{\"pattern\":\"{pattern}\"}}", $"\"{text}\""));

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("a**")]
    [InlineData("+a")]
    [InlineData("[b-a]")]
    [InlineData("[a")]
    [InlineData("a{3,2}")]
    [InlineData("{2}")]
    [InlineData(@"\")]
    [InlineData(@"\Z")]
    [InlineData(@"\a")]
    [InlineData(@"\1")]
    [InlineData(@"\k<no>")]
    [InlineData(@"\u{110000}")]
    [InlineData(@"\u12")]
    [InlineData(@"\p{Nonsense}")]
    [InlineData("(?i)a")]
    [InlineData("(?P<n>a)")]
    [InlineData("(?#x)")]
    [InlineData("(?<n>a)(?<n>b)")]
    [InlineData("(?=a)*")]
    [InlineData("(?>a)")]
    public void Pattern_NotEcma_IsRefusedWithAReason(string pattern)
    {
        Assert.False(EcmaPattern.TryTranslate(pattern, strict: false, out _, out var problem));
        Assert.False(string.IsNullOrEmpty(problem));
    }

    [Theory]
    [InlineData(@"^\-\_\@$", "-_@")]
    [InlineData("^{a}$", "{a}")]
    [InlineData("^a]$", "a]")]
    [InlineData(@"^[\w-.]+$", "a-.b")]
    public void Pattern_HarmlessLiberties_AreTakenInSchemasButNotByTheFormat(string pattern, string text)
    {
        Assert.False(EcmaPattern.TryTranslate(pattern, strict: true, out _, out _));
        Assert.True(EcmaPattern.TryTranslate(pattern, strict: false, out var translated, out _));
        Assert.Matches(translated.Pattern, text);
    }

    [Theory]
    [InlineData(@"\p{Script=Greek}")]
    [InlineData(@"\p{Emoji}")]
    public void Pattern_PropertyWithoutData_IsGoodSyntaxButUnusable(string pattern)
    {
        Assert.True(EcmaPattern.TryTranslate(pattern, strict: true, out _, out _));
        Assert.False(EcmaPattern.TryTranslate(pattern, strict: false, out _, out _));
    }
}
