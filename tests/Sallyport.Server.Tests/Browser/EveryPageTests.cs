using Microsoft.Playwright;

namespace Sallyport.Server.Tests.Browser;

/// <summary>Every page in a real browser: accessible in both themes and widths, nothing wider than a phone, nothing that the policy forbids.</summary>
public sealed class EveryPageTests(StoryGate story) : IClassFixture<StoryGate>
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Pages_AllOfThem_HaveNoSeriousAccessibilityFault(int width, ColorScheme theme)
    {
        if (await Axe.UnavailableAsync() is { } missing) Assert.Skip(missing);
        await using var visitor = await story.Chromium.VisitAsync(story.Gate, width, theme: theme, bypassPolicy: true);
        var faults = new List<string>();
        await visitor.GoAsync("/signin");
        await LookAsync(visitor, "/signin", faults);
        await visitor.SignInAsync(ConsoleStory.Person);
        foreach (var (name, path) in story.Story.Pages(story.Gate))
        {
            await visitor.GoAsync(path);
            await LookAsync(visitor, name, faults);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task Pages_AllOfThem_FitTheWindowAndObeyTheirPolicy(int width)
    {
        await using var visitor = await story.Chromium.VisitAsync(story.Gate, width);
        await visitor.SignInAsync(ConsoleStory.Person);
        foreach (var (name, path) in story.Story.Pages(story.Gate))
        {
            await visitor.GoAsync(path);
            Assert.True(await visitor.OverflowAsync() <= 0, $"{name} is wider than {width} pixels.");
            await visitor.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(each => each.open = true)");
            Assert.True(await visitor.OverflowAsync() <= 0, $"{name} with everything opened is wider than {width} pixels.");
        }

        // An address that leads nowhere is a 404, which the browser reports; everything else would be ours.
        Assert.DoesNotContain(visitor.Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FirstPage_Transferred_StaysSmall()
    {
        await using var visitor = await story.Chromium.VisitAsync(story.Gate);
        await visitor.SignInAsync(ConsoleStory.Person);
        await visitor.Page.GotoAsync("/", new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        var seen = await visitor.Page.EvaluateAsync<int>("() => performance.getEntries().filter(e => e.entryType === 'navigation' || e.entryType === 'resource').reduce((sum, e) => sum + (e.encodedBodySize || 0), 0)");
        Assert.InRange(seen, 1, 100_000);
        TestContext.Current.SendDiagnosticMessage($"The inbox transfers {seen} bytes.");
    }

    private static async Task LookAsync(ConsoleVisitor visitor, string name, List<string> faults)
    {
        var (violations, passed) = await Axe.RunAsync(visitor.Page);
        faults.AddRange(violations.Select(violation => $"{name}: {violation}"));
        // A checker that checked nothing must not look like a page without faults.
        if (passed < 10) faults.Add($"{name}: only {passed} rules were checked");
    }
}
