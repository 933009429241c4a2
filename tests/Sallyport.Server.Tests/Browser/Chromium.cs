using Microsoft.Playwright;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>A real browser. Where the machine has none, its tests are skipped and say so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why it cannot be used here, or null.</summary>
    internal static string? Unavailable => File.Exists(Program) ? null : $"{Program} is not installed (Debian package chromium)";

    public async ValueTask InitializeAsync()
    {
        if (Unavailable is not null) return;
        _playwright = await Playwright.CreateAsync();
        // The sandbox needs a user of its own, which a container's root is not; only this machine's own pages are opened.
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A fresh visitor.</summary>
    internal async Task<ConsoleVisitor> VisitAsync(TestGate gate, int width = 1440, bool script = true, ColorScheme theme = ColorScheme.Light, bool bypassPolicy = false)
    {
        Assert.SkipWhen(Unavailable is not null, Unavailable ?? "");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = gate.Url, JavaScriptEnabled = script, ColorScheme = theme, BypassCSP = bypassPolicy, ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 844 : 900 },
            DeviceScaleFactor = 1, HasTouch = width < 500, TimezoneId = "UTC", ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        return new ConsoleVisitor(context, await context.NewPageAsync());
    }
}
