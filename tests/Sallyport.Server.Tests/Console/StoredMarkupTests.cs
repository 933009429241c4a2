using Sallyport.Console;

namespace Sallyport.Server.Tests.Console;

/// <summary>Markup in text that others chose stays text on every page.</summary>
public sealed class StoredMarkupTests
{
    [Fact]
    public async Task Markup_InEveryFieldOfOthers_IsShownAsText()
    {
        await using var hostile = await HostileGate.StartAsync();
        using var mallory = await WebVisitor.SignedInAsync(hostile.Gate, "mallory");
        var shown = 0;
        foreach (var path in hostile.Paths)
        {
            using var answer = await mallory.Http.GetAsync(path, TestContext.Current.CancellationToken);
            var page = await WebVisitor.DocumentAsync(answer);
            Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
            // One script of our own, no image at all, no handler anywhere: nothing has become markup.
            Assert.Equal(1, page.Scripts.Length);
            Assert.Empty(page.Images);
            Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
            Assert.Single(page.QuerySelectorAll("title"));
            if (page.Body!.TextContent.Contains("alert('xss')", StringComparison.Ordinal)) shown++;
        }

        // The payloads really are on the pages; otherwise this would prove nothing.
        Assert.True(shown >= 8, $"Only {shown} of {hostile.Paths.Count} pages show a payload.");
    }

    [Theory]
    [InlineData("plain words,\nanother line", "plain words,\nanother line")]
    [InlineData("pay \u202E001 EUR", "pay ⟨U+202E⟩001 EUR")]
    [InlineData("zero\u200Bwidth", "zero⟨U+200B⟩width")]
    [InlineData("bell\u0007", "bell⟨U+0007⟩")]
    [InlineData("no\u00A0break", "no⟨U+00A0⟩break")]
    [InlineData("äöü 漢字 🙂", "äöü 漢字 🙂")]
    public void Text_WithWhatCannotBeSeen_ShowsIt(string text, string shown) => Assert.Equal(shown, PlainText.Visible(text));
}
