using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>Making a passkey and signing with it in a real browser, with the browser's own authenticator.</summary>
public sealed class PasskeyJourneyTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [Trait("req", "B2.3")]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task TwoPeople_EachWithTheirOwnPasskey_SignTheActionThatTheySee(int width)
    {
        using var bundle = Bundle();
        await using var gate = await AtLocalhostAsync(bundle);
        var pending = (await gate.RefundAsync("ord_000004", 60_000, "EUR")).MustBe(202, "pending");
        foreach (var person in (string[])["frank", "grace"])
        {
            await using var visitor = await chromium.VisitAsync(gate, width);
            await AddAuthenticatorAsync(visitor.Page);
            await visitor.SignInAsync(person);
            await visitor.GoAsync("/actions/" + pending.ActionId);
            Assert.Contains("you have none", await visitor.TextAsync(), StringComparison.Ordinal);
            await visitor.Page.ClickAsync("text=Make one");
            await visitor.Page.FillAsync("#name", "test phone");
            await visitor.Page.ClickAsync("button:has-text('Make a passkey')");
            await visitor.Page.WaitForSelectorAsync("strong:has-text('test phone')");
            await visitor.GoAsync("/actions/" + pending.ActionId);
            await visitor.Page.ClickAsync("button:has-text('Approve')");
            await visitor.Page.WaitForURLAsync("**/actions/*said=approve");
            Assert.Empty(visitor.Complaints);
        }

        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.All(await gate.EntriesAsync("decision.approve"), entry => Assert.Equal("passkey", entry.GetProperty("step_up").GetString()));
    }

    [Fact]
    public async Task Signature_CalledOff_DecidesNothingAndSaysSo()
    {
        using var bundle = Bundle();
        await using var gate = await AtLocalhostAsync(bundle);
        await using var visitor = await chromium.VisitAsync(gate);
        var pending = (await gate.RefundAsync("ord_000004", 60_000, "EUR")).MustBe(202, "pending");
        var authenticator = await AddAuthenticatorAsync(visitor.Page);
        await visitor.SignInAsync("frank");
        await visitor.GoAsync("/account/passkeys");
        await visitor.Page.FillAsync("#name", "key");
        await visitor.Page.ClickAsync("button:has-text('Make a passkey')");
        await visitor.Page.WaitForSelectorAsync("strong:has-text('key')");
        // The finger is not recognised any more.
        await authenticator.Session.SendAsync("WebAuthn.setUserVerified", new Dictionary<string, object> { ["authenticatorId"] = authenticator.Id, ["isUserVerified"] = false });
        await visitor.GoAsync("/actions/" + pending.ActionId);
        await visitor.Page.ClickAsync("button:has-text('Approve')");
        await visitor.Page.WaitForSelectorAsync("[data-passkey-fault]:not([hidden])");
        Assert.Contains("Nothing was signed", await visitor.TextAsync(), StringComparison.Ordinal);
        Assert.Empty(await gate.EntriesAsync("decision.approve"));
        // Saying no needs neither finger nor device.
        await visitor.Page.FillAsync("#reason", "not without my key");
        await visitor.Page.ClickAsync("button:has-text('Deny')");
        await visitor.Page.WaitForURLAsync("**/actions/*said=deny");
        Assert.Equal("denied", (await gate.WaitAsync(pending.ActionId)).State);
    }

    private static BundleCopy Bundle() => new BundleCopy().WithoutTests().Replace("policy.yaml", "step_up: fresh", "step_up: passkey");

    /// <summary>Browsers bind passkeys to a name, never to an address: the server is called localhost here.</summary>
    private static Task<TestGate> AtLocalhostAsync(BundleCopy bundle)
    {
        var port = FreePort();
        return TestGate.StartAsync(options => (options.Bundles, options.Listen, options.PublicUrl) = ([bundle.Folder], $"http://127.0.0.1:{port}", $"http://localhost:{port}"));
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    internal static async Task<(ICDPSession Session, string Id)> AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return (session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }
}
