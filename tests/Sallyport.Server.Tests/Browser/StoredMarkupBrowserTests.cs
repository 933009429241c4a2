using Sallyport.Server.Tests.Console;

namespace Sallyport.Server.Tests.Browser;

/// <summary>Markup of others in a real browser: no dialog, no image asked for, nothing that the content security policy had to stop.</summary>
public sealed class StoredMarkupBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Markup_InEveryFieldOfOthers_DoesNothing()
    {
        Assert.SkipWhen(Chromium.Unavailable is not null, Chromium.Unavailable ?? "");
        await using var hostile = await HostileGate.StartAsync();
        await using var visitor = await chromium.VisitAsync(hostile.Gate);
        await visitor.SignInAsync("mallory");
        var asked = new List<string>();
        visitor.Page.Request += (_, request) => asked.Add(request.Url);
        foreach (var path in hostile.Paths)
        {
            await visitor.GoAsync(path);
            await visitor.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(each => each.open = true)");
            Assert.True(await visitor.OverflowAsync() <= 0, path);
        }

        Assert.DoesNotContain(visitor.Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));
        Assert.DoesNotContain(asked, url => new Uri(url).AbsolutePath.EndsWith("/x", StringComparison.Ordinal));
    }
}
