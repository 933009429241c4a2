using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.People;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>The real provider and a server that is called localhost, since browsers bind passkeys to names; medium refunds want a signature.</summary>
public sealed class ProviderAtLocalhost : NpmProvider
{
    private readonly BundleCopy _bundle = new BundleCopy().WithoutTests().Replace(
        "policy.yaml", "<= 50000\"\n    decision: approve\n    approvers: { count: 1, any_of: [\"group:support-leads\"], exclude: [requester] }\n  - id: large",
        "<= 50000\"\n    decision: approve\n    approvers: { count: 1, any_of: [\"group:support-leads\"], exclude: [requester], step_up: passkey }\n  - id: large");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _bundle.Dispose();
    }

    private protected override void Configure(ServerOptions options)
    {
        var port = PasskeyJourneyTests.FreePort();
        (options.Bundles, options.Listen, options.PublicUrl) = ([_bundle.Folder], $"http://127.0.0.1:{port}", $"http://localhost:{port}");
    }
}

/// <summary>The whole of it, as people do it: sign in at the certified provider, sign with a passkey, say no, stop everything.</summary>
public sealed class RealProviderJourneyTests(ProviderAtLocalhost npm, Chromium chromium) : IClassFixture<ProviderAtLocalhost>, IClassFixture<Chromium>
{
    [Theory]
    [Trait("req", "A2.3")]
    [Trait("req", "A5.1")]
    [Trait("req", "B2.3")]
    [InlineData(390, true)]
    [InlineData(390, false)]
    [InlineData(1440, true)]
    [InlineData(1440, false)]
    public async Task PeopleOfTheProvider_ApproveDenyAndKill(int width, bool script)
    {
        if (npm.Unavailable is { } why) Assert.Skip(why);
        var gate = npm.Gate;
        await using (var pat = await SignedInAsync("pat", width, script))
        {
            if (script)
            {
                await PasskeyJourneyTests.AddAuthenticatorAsync(pat.Page);
                await pat.GoAsync("/account/passkeys");
                await pat.Page.FillAsync("#name", $"phone {width}");
                await pat.Page.ClickAsync("button:has-text('Make a passkey')");
                await pat.Page.WaitForSelectorAsync($"strong:has-text('phone {width}')");
                var wanted = (await gate.RefundAsync("ord_000005", 9_000 + width, "USD")).MustBe(202, "pending");
                await pat.GoAsync("/actions/" + wanted.ActionId);
                await pat.Page.ClickAsync("button:has-text('Approve')");
                await pat.Page.WaitForURLAsync("**/actions/*said=approve");
                (await gate.WaitAsync(wanted.ActionId)).MustBe(200, "succeeded");
                var decision = (await gate.EntriesAsync("decision.approve"))[^1];
                Assert.Equal(("passkey", "rsa"), (decision.GetProperty("step_up").GetString(), decision.GetProperty("sign_in").GetProperty("provider").GetString()));
            }

            var unwanted = (await gate.RefundAsync("ord_000005", 9_001 + width + (script ? 1 : 0), "USD")).MustBe(202, "pending");
            await pat.GoAsync("/actions/" + unwanted.ActionId);
            await pat.Page.FillAsync("#reason", "not damaged");
            await pat.Page.ClickAsync("button:has-text('Deny')");
            await pat.Page.WaitForURLAsync("**/actions/*said=deny");
            Assert.Equal("denied", (await gate.WaitAsync(unwanted.ActionId)).State);
        }

        await using var quinn = await SignedInAsync("quinn", width, script);
        await quinn.GoAsync("/agents/" + gate.EuAgent.Id);
        await quinn.Page.FillAsync("#halt-reason", "looks odd");
        await quinn.Page.ClickAsync("button:has-text('Halt this agent')");
        await quinn.Page.WaitForURLAsync("**/agents/*said=halted");
        (await gate.RequestTokenAsync(gate.EuAgent)).MustBe(401);
        await quinn.Page.ClickAsync("button:has-text('Resume')");
        await quinn.Page.WaitForURLAsync("**/agents/*said=resumed");
    }

    private async Task<ConsoleVisitor> SignedInAsync(string name, int width, bool script)
    {
        var visitor = await chromium.VisitAsync(npm.Gate, width, script);
        await visitor.Page.RouteAsync(static url => !new Uri(url).IsLoopback, static route => route.AbortAsync());
        await visitor.GoAsync("/signin");
        await visitor.Page.ClickAsync("text=Sign in with Npm rsa");
        await BrowserSignInTests.AtTheProviderAsync(visitor.Page, name);
        await visitor.Page.WaitForSelectorAsync("h1:has-text('Inbox')");
        return visitor;
    }
}
