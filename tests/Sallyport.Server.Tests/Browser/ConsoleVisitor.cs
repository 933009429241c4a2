using Microsoft.Playwright;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>A person at a browser, and everything that the browser complained about.</summary>
internal sealed class ConsoleVisitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    internal ConsoleVisitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, fault) => Complaints.Add($"{page.Url}: {fault}");
        page.Dialog += (_, dialog) =>
        {
            Complaints.Add($"{page.Url}: a dialog says {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    internal IPage Page { get; }

    /// <summary>Errors, warnings and dialogs, among them every violation of the content security policy.</summary>
    internal List<string> Complaints { get; } = [];

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    internal async Task SignInAsync(string person)
    {
        await GoAsync("/signin");
        await Page.FillAsync("input[name=username]", person);
        await Page.FillAsync("input[name=password]", TestGate.Password);
        await Page.ClickAsync("main form button");
        await Page.WaitForSelectorAsync("header nav");
    }

    /// <summary>Waits until an address is reached and its page is there; not for its loading to end, which may have been over before.</summary>
    internal async Task ArriveAsync(string address)
    {
        await Page.WaitForURLAsync(address, new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        await Page.WaitForSelectorAsync("main h1");
    }

    /// <summary>Opens a page. The live stream never ends, so the page is ready when its content is.</summary>
    internal async Task GoAsync(string path) => await Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });

    internal Task<string> TextAsync() => Page.InnerTextAsync("body");

    /// <summary>By how many pixels the page is wider than the window.</summary>
    internal Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
