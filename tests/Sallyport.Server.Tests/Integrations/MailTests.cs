using System.Text.Json;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Mail;
using Sallyport.Contracts.Wire;
using Sallyport.Outbox;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Mail to those who are asked, through a real mail server.</summary>
public sealed class MailTests
{
    [Fact, Trait("req", "A3.D")]
    public async Task Approval_IsMailedToThoseAskedWithAnAddress_AndTheLinkDemandsASignIn()
    {
        await using var server = await MailServer.StartAsync();
        await using var gate = await TestGate.StartAsync(options => options.Integrations.Mail = new MailOptions { Host = "127.0.0.1", Port = server.Port, Tls = false, From = "gate@example.com" });
        foreach (var (name, group) in new[] { ("mia", "support-leads"), ("fred", "finance-leads") })
        {
            var person = new { username = name, display_name = name, password = TestGate.Password, email = name + "@example.com", groups = new[] { group }, roles = new[] { "approver" } };
            (await gate.SendAsync(HttpMethod.Post, "/v1/people", person, await gate.SessionAsync("admin"))).MustBe(201);
        }

        var pending = (await gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 32_000, "EUR"), await gate.OpenTaskAsync(), gate.NewKey(), reason: "<img src=x onerror=alert(1)>\r\nBcc: evil@example.com")).MustBe(202, "pending");
        await TestGate.UntilAsync(async () => (await server.MailsAsync()).Count == 1);
        await gate.SettledAsync("mail");

        var mail = Assert.Single(await server.MailsAsync());
        Assert.Equal("mia@example.com", mail.GetProperty("to")[0].GetProperty("address").GetString());
        Assert.StartsWith("Approval needed: ", mail.GetProperty("subject").GetString(), StringComparison.Ordinal);
        var (text, html) = (mail.GetProperty("text").GetString()!, mail.GetProperty("html").GetString()!);
        var link = $"{gate.Url}/approvals/{pending.ApprovalId}";
        Assert.Contains(link, text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{link}\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("token", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("refunded_minor: 0 → 32000", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("<img src=x onerror=alert(1)> Bcc: evil@example.com", text.Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(mail.GetProperty("headers").EnumerateObject(), header => header.Name.Equals("bcc", StringComparison.OrdinalIgnoreCase));
        // Without a session the page leads to the sign-in and decides nothing.
        Assert.InRange((await gate.SendAsync(HttpMethod.Get, $"/approvals/{pending.ApprovalId}", null, null)).Status, 300, 401);
    }

    [Fact]
    public async Task Server_ThatIsDown_IsTriedAgainAndNamesNoAddress()
    {
        var sender = new MailSender(new MailSite("127.0.0.1", 1, false, null, null, "gate@example.com"));

        var outcome = await sender.SendAsync(Notice("Issue a refund"), "dana@example.com", "dlv_1", TestContext.Current.CancellationToken);

        Assert.Equal(SendStatus.Later, outcome.Status);
        Assert.DoesNotContain("@", outcome.Reason!, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", outcome.Reason!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dana@example.com\r\nBcc: evil@example.com")]
    [InlineData("no address")]
    [InlineData("")]
    public async Task Address_ThatIsNone_IsRefusedBeforeAnythingIsSent(string address)
    {
        var sender = new MailSender(new MailSite("127.0.0.1", 1, false, null, null, "gate@example.com"));
        Assert.Equal(SendOutcome.Refused("the address is none"), await sender.SendAsync(Notice("Issue a refund"), address, "dlv_1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Title_WithLineBreaks_CannotForgeAHeader() =>
        Assert.Equal("Approval needed: Refund Bcc: evil@example.com", Notice("Refund\r\nBcc: evil@example.com").Headline.Replace("  ", " ", StringComparison.Ordinal));

    [Fact]
    public void Change_ThatDoesNotFit_IsSaidToBeIncomplete()
    {
        var whole = ChangeLines.OfDiff(JsonElement.Parse("""{"before":{"a":1,"b":"x"},"after":{"a":2,"b":"x","c":[1]}}"""));
        Assert.Equal(["a: 1 → 2", "c[0]: none → 1"], whole.Lines);
        Assert.True(whole.IsComplete);

        Assert.False(ChangeLines.OfValues(JsonSerializer.SerializeToElement(Enumerable.Range(0, 40).ToDictionary(i => $"m{i:D2}", i => i))).IsComplete);
        Assert.False(ChangeLines.OfValues(JsonSerializer.SerializeToElement(new { note = new string('x', 1_000) })).IsComplete);
    }

    private static ApprovalNotice Notice(string title)
    {
        var nothing = JsonElement.Parse("{}");
        var view = new ApprovalView("apr_1", "act_1", "issue_refund", title, "money_movement", "Cannot be undone.", "refund-agent", "tsk_1", nothing, nothing, null, [], [], null, "sha256:0", 1, "pending",
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        return new ApprovalNotice(view, "apr_1", IsOpen: true, "http://127.0.0.1/approvals/apr_1");
    }
}
