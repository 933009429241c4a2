namespace Sallyport.Language.Tests.Cel;

public sealed class CelTextTests
{
    [Theory]
    [InlineData("size('a😀b') == 3")]
    [InlineData("'a😀b'.charAt(1) == '😀'")]
    [InlineData("'a😀b'.indexOf('b') == 2")]
    [InlineData("'a😀b😀'.lastIndexOf('😀') == 3")]
    [InlineData("'a😀b'.substring(1, 2) == '😀'")]
    [InlineData("'a😀b'.reverse() == 'b😀a'")]
    [InlineData("'a😀b'.split('') == ['a', '😀', 'b']")]
    [InlineData("'a😀b'.replace('', '-') == '-a-😀-b-'")]
    [InlineData("'\\uffff' < '😀'")]
    [InlineData("'\\ue000' < '\\U00010000'")]
    [InlineData("'a' < 'ab' && 'Z' < 'a' && 'é' > 'z'")]
    [InlineData("'a,b,c'.split(',', 2) == ['a', 'b,c']")]
    [InlineData("''.split(',') == ['']")]
    [InlineData("bytes('😀').size() == 4")]
    [InlineData("b'\\xff' > b'\\x7f'")]
    [InlineData("string(b'\\xf0\\x9f\\x98\\x80') == '😀'")]
    public void Text_CodePoints_AreTheUnit(string source) => Assert.True(CelProbe.Evaluate(source).IsTrue, source);

    [Theory]
    [InlineData("a.c", "a😀c", true)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^[😀-😂]$", "😁", true)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^[^😀]$", "😀", false)]
    [InlineData("^\\d+$", "٣", false)]
    [InlineData("^\\w+$", "é", false)]
    [InlineData("a$", "a\n", false)]
    [InlineData("(?m)a$", "a\nb", true)]
    [InlineData("(?i)straSSE", "STRASSE", true)]
    [InlineData("(?s)a.b", "a\nb", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("^\\p{Lu}+$", "ÄÖ", true)]
    [InlineData("^[[:alpha:]_]+$", "ab_", true)]
    [InlineData("^\\Qa.b\\E$", "a.b", true)]
    [InlineData("^(?P<year>\\d{4})-(?:\\d{2})$", "2026-11", true)]
    [InlineData("^x{2,3}$", "xxxx", false)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("^\\x{1F600}$", "😀", true)]
    [InlineData("^[\\x{10000}-\\x{10FFFF}]$", "😀", true)]
    [InlineData("^[\\x{FFFF}-\\x{10000}]$", "𐀀", true)]
    public void Matches_Re2Syntax_HasRe2Meaning(string pattern, string text, bool expected)
    {
        var result = CelProbe.Refunds("facts.text.matches(facts.pattern)", """{"amount_minor": 1, "currency": "USD"}""",
            System.Text.Json.JsonSerializer.Serialize(new { text, pattern }));
        Assert.Equal(expected ? "true" : "false", result.ToString());
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(?>a)")]
    [InlineData("a**")]
    [InlineData("a{1001}")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("\\k")]
    [InlineData("[z-a]")]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("(.{0,999}){0,999}")]
    public void Matches_WhatRe2Refuses_IsFoundByTheCheckerAndAnErrorAtRunTime(string pattern)
    {
        var literal = pattern.Replace("\\", "\\\\");
        Assert.Contains("invalid regular expression", CelProbe.OnlyIssue($"'a'.matches('{literal}')").Message);
        Assert.Contains("invalid regular expression", CelProbe.Evaluate($"'a'.matches('' + '{literal}')").ErrorMessage);
    }

    [Theory]
    [InlineData("1 // one\n+ 1")]
    [InlineData("1 // one\r+ 1")]
    [InlineData("1 // one\r\n+ 1 // two")]
    public void Comment_AnyLineEnd_EndsIt(string source) => Assert.Equal("2", CelProbe.Evaluate(source).ToString());

    /// <summary>The classic that makes a backtracking engine take years.</summary>
    [Fact]
    public void Matches_NestedRepetition_IsLinear() =>
        Assert.Equal("false", CelProbe.Evaluate($"'{new string('a', 5_000)}!'.matches('^(a+)+$')").ToString());
}
