using Microsoft.Playwright;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>What people come for, in a real browser, with and without script, on a phone and on a desk.</summary>
public sealed class JourneyTests(TestGate gate, Chromium chromium) : IClassFixture<TestGate>, IClassFixture<Chromium>
{
    public static TheoryData<int, bool> Ways => new() { { 390, true }, { 390, false }, { 1440, true }, { 1440, false } };

    [Theory, MemberData(nameof(Ways))]
    public async Task Approve_FromTheInbox_CarriesTheActionOut(int width, bool script)
    {
        await using var visitor = await chromium.VisitAsync(gate, width, script);
        var pending = (await gate.RefundAsync("ord_000005", 6_000 + width + (script ? 1 : 0), "USD")).MustBe(202, "pending");
        await visitor.SignInAsync("dana");
        await visitor.Page.ClickAsync($"a[href='/actions/{pending.ActionId}']");
        await visitor.Page.ClickAsync("button:has-text('Approve')");
        await visitor.ArriveAsync("**/actions/*said=approve");
        Assert.Contains("Your approval is recorded", await visitor.TextAsync());
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Empty(visitor.Complaints);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Deny_WithAReason_EndsTheAction(int width, bool script)
    {
        await using var visitor = await chromium.VisitAsync(gate, width, script);
        var pending = (await gate.RefundAsync("ord_000005", 8_000 + width + (script ? 1 : 0), "USD")).MustBe(202, "pending");
        await visitor.SignInAsync("dana");
        await visitor.GoAsync("/actions/" + pending.ActionId);
        await visitor.Page.ClickAsync("button:has-text('Deny')");
        await visitor.Page.WaitForSelectorAsync("#reason-error");
        await visitor.Page.FillAsync("#reason", "not damaged");
        await visitor.Page.ClickAsync("button:has-text('Deny')");
        await visitor.ArriveAsync("**/actions/*said=deny");
        Assert.Equal("denied", (await gate.WaitAsync(pending.ActionId)).State);
        // The form without its reason is answered 400, which the browser reports.
        Assert.DoesNotContain(visitor.Complaints, complaint => !complaint.Contains("400", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task KillAndResume_OfAnAgent_TakeHoldAtOnce(int width, bool script)
    {
        await using var visitor = await chromium.VisitAsync(gate, width, script);
        await visitor.SignInAsync("otto");
        await visitor.GoAsync("/agents");
        await visitor.Page.ClickAsync("text=refund-agent-eu");
        await visitor.Page.FillAsync("#halt-reason", "looks odd");
        await visitor.Page.ClickAsync("button:has-text('Halt this agent')");
        await visitor.ArriveAsync("**/agents/*said=halted");
        (await gate.RequestTokenAsync(gate.EuAgent)).MustBe(401);
        await visitor.Page.ClickAsync("button:has-text('Resume')");
        await visitor.ArriveAsync("**/agents/*said=resumed");
        (await gate.RequestTokenAsync(gate.EuAgent)).MustBe(200);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Keyboard_Alone_LeadsFromSignInToAnApproval()
    {
        await using var visitor = await chromium.VisitAsync(gate, script: false);
        var pending = (await gate.RefundAsync("ord_000005", 6_900, "USD")).MustBe(202, "pending");
        await visitor.GoAsync("/signin");
        await TabToAsync(visitor.Page, "input[name=username]");
        await visitor.Page.Keyboard.TypeAsync("dana");
        await visitor.Page.Keyboard.PressAsync("Tab");
        await visitor.Page.Keyboard.TypeAsync(TestGate.Password);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.WaitForSelectorAsync("h1:has-text('Inbox')");
        await TabToAsync(visitor.Page, $"a[href='/actions/{pending.ActionId}']");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.WaitForSelectorAsync("#decide");
        await TabToAsync(visitor.Page, "button[value=approve]");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.ArriveAsync("**/actions/*said=approve");
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
    }

    [Fact]
    public async Task Shortcuts_WithScript_MoveThroughTheInboxAndNeverDecide()
    {
        await using var visitor = await chromium.VisitAsync(gate);
        await gate.RefundAsync("ord_000005", 7_001, "USD");
        await gate.RefundAsync("ord_000005", 7_002, "USD");
        await visitor.SignInAsync("dana");
        await visitor.Page.Keyboard.PressAsync("?");
        Assert.True(await visitor.Page.IsVisibleAsync("#keys"));
        await visitor.Page.Keyboard.PressAsync("Escape");
        await visitor.Page.Keyboard.PressAsync("j");
        var first = await visitor.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')");
        await visitor.Page.Keyboard.PressAsync("j");
        var second = await visitor.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')");
        Assert.NotEqual(first, second);
        await visitor.Page.Keyboard.PressAsync("k");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.ArriveAsync("**" + first);
        foreach (var key in "abcdefghilmnopqstuvwxyz") await visitor.Page.Keyboard.PressAsync(key.ToString());
        Assert.EndsWith(first, visitor.Page.Url);
    }

    [Fact]
    public async Task Inbox_LeftOpen_ShowsWhatArrivesAndKeepsTheFocus()
    {
        await using var visitor = await chromium.VisitAsync(gate);
        var earlier = (await gate.RefundAsync("ord_000005", 7_100, "USD")).MustBe(202, "pending");
        await visitor.SignInAsync("dana");
        await visitor.Page.FocusAsync($"a[href='/actions/{earlier.ActionId}']");
        await visitor.Page.WaitForFunctionAsync("() => document.querySelector('[data-live-status]').textContent.startsWith('Live')");
        var arrived = (await gate.RefundAsync("ord_000005", 7_200, "USD")).MustBe(202, "pending");
        await visitor.Page.WaitForSelectorAsync($"a[href='/actions/{arrived.ActionId}']");
        Assert.Equal("/actions/" + earlier.ActionId, await visitor.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')"));
        Assert.Empty(visitor.Complaints);
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var presses = 0; presses < 80; presses++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} cannot be reached with the keyboard.");
    }
}
