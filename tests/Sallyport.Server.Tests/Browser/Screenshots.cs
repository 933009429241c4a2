using Microsoft.Playwright;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary><c>screenshots DIR [page …]</c>: a picture of every page in both widths and both themes, from a server with a story.</summary>
internal static class Screenshots
{
    internal static async Task<int> WriteAsync(string folder, string[] only)
    {
        if (Chromium.Unavailable is { } missing)
        {
            System.Console.Error.WriteLine(missing);
            return 2;
        }

        Directory.CreateDirectory(folder);
        await using var gate = await TestGate.StartAsync();
        var story = await ConsoleStory.TellAsync(gate);
        await using var chromium = new Chromium();
        await chromium.InitializeAsync();
        var pages = story.Pages(gate).Where(page => only.Length == 0 || only.Contains(page.Name)).ToList();
        var count = 0;
        foreach (var (width, theme) in new[] { (1440, ColorScheme.Light), (1440, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var visitor = await chromium.VisitAsync(gate, width, theme: theme);
            string File(string name) => Path.Combine(folder, $"{name}-{width}-{theme.ToString().ToLowerInvariant()}.png");
            if (only.Length == 0 || only.Contains("signin"))
            {
                await visitor.GoAsync("/signin");
                await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = File("signin"), FullPage = true });
            }

            await visitor.SignInAsync(ConsoleStory.Person);
            foreach (var (name, path) in pages)
            {
                await visitor.GoAsync(path);
                await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = File(name), FullPage = true });
                count++;
            }
        }

        System.Console.WriteLine($"{count} pictures of {pages.Count} pages in {folder}");
        return 0;
    }
}
