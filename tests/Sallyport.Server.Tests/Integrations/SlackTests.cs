using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Connectors.Slack;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Approvals in Slack: a message with what will change, a button that names what was shown, and a person whom the server knows.</summary>
public sealed class SlackTests : IAsyncLifetime
{
    private readonly SlackStub _slack = new();
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync()
    {
        await _slack.StartAsync();
        _gate = await TestGate.StartAsync(options => options.Integrations.Slack = Options());
        await _gate.LinkAsync("dana", "slack", "UDANA");
        await _gate.LinkAsync("otto", "slack", "UOTTO");
        await _gate.LinkAsync("frank", "slack", "UFRANK");
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _slack.DisposeAsync();
    }

    [Fact, Trait("req", "A3.D")]
    public async Task Refund_ApprovedByAButton_HappensOnceAndTheMessageSaysSo()
    {
        var (pending, ts) = await AskedAsync();
        Assert.Empty(await _gate.Payments.LedgerAsync());
        var value = _slack.Button(ts, SlackButtons.Approve)!;
        Assert.DoesNotContain("approve", value, StringComparison.OrdinalIgnoreCase);

        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, value)).MustBeText(200);

        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await _gate.Payments.LedgerOfAsync(pending.ActionId));
        var decision = Assert.Single(await _gate.EntriesAsync("decision.approve"));
        Assert.Equal(("slack", pending.ApprovalId), (decision.GetProperty("via").GetString(), decision.GetProperty("approval").GetString()));
        await _gate.SettledAsync("slack");
        Assert.Null(_slack.Button(ts, SlackButtons.Approve));
        Assert.Contains("Approved", _slack.Messages[ts].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("Your approval is recorded.", Assert.Single(_slack.Whispers));

        // Pressed again, from a copy of the message that somebody kept.
        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, value)).MustBeText(200);
        await TestGate.UntilAsync(() => Task.FromResult(_slack.Whispers.Count == 2));
        Assert.Single(await _gate.EntriesAsync("decision.approve"));
        Assert.Single(await _gate.Payments.LedgerOfAsync(pending.ActionId));
        Assert.Empty(_slack.Refusals);
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Press_ByWhoeverMayNot_DecidesNothing()
    {
        var (pending, ts) = await AskedAsync();
        var value = _slack.Button(ts, SlackButtons.Approve)!;
        var expected = new List<string>();
        foreach (var (user, said) in new[] { ("UOTTO", "not_eligible_to_approve"), ("UFRANK", "not_eligible_to_approve"), ("USTRANGER", "not linked") })
        {
            (await _slack.PressAsync(_gate, user, SlackButtons.Approve, value)).MustBeText(200);
            expected.Add(said);
            await TestGate.UntilAsync(() => Task.FromResult(_slack.Whispers.Count == expected.Count));
            Assert.Contains(said, _slack.Whispers.Last(), StringComparison.Ordinal);
        }

        var digest = value.Split('|')[1];
        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, $"{pending.ApprovalId}|{digest[..^1]}{(digest[^1] == '0' ? '1' : '0')}")).MustBeText(200);
        await TestGate.UntilAsync(() => Task.FromResult(_slack.Whispers.Count == 4));
        Assert.Contains("approval_digest_mismatch", _slack.Whispers.Last(), StringComparison.Ordinal);

        (await _gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
        var unknown = Assert.Single(await _gate.EntriesAsync("approval.unknown_person"));
        Assert.Equal(("slack", pending.ApprovalId), (unknown.GetProperty("system").GetString(), unknown.GetProperty("approval").GetString()));
        Assert.DoesNotContain("USTRANGER", unknown.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await _gate.EntriesAsync("decision.approve"));
    }

    [Fact]
    public async Task Denial_NeedsAReason_SoItIsSentToTheConsole()
    {
        var (pending, ts) = await AskedAsync();

        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Deny, _slack.Button(ts, SlackButtons.Deny)!)).MustBeText(200);

        await TestGate.UntilAsync(() => Task.FromResult(_slack.Whispers.Count == 1));
        Assert.Contains($"{_gate.Url}/approvals/{pending.ApprovalId}", _slack.Whispers.Single(), StringComparison.Ordinal);
        (await _gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
        (await _gate.DecideAsync("dana", pending.ApprovalId!, approve: false)).MustBe(200, "denied");
        await _gate.SettledAsync("slack");
        Assert.Null(_slack.Button(ts, SlackButtons.Approve));
        Assert.StartsWith("Denied", _slack.Messages[ts].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Request_ForgedAlteredLateReplayedOrOfAnAgent_IsRefusedBeforeItIsRead()
    {
        var (pending, ts) = await AskedAsync();
        var value = _slack.Button(ts, SlackButtons.Approve)!;
        var now = TimeProvider.System.GetUtcNow();
        var body = SlackStub.Form("UDANA", SlackButtons.Approve, value, SlackStub.Workspace, _slack.Url + "/responses/1");
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        (await SlackStub.SendRawAsync(_gate, body, null, null)).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendRawAsync(_gate, body, stamp, "v0=" + new string('0', 64))).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendRawAsync(_gate, body, "99999999999999999999", "v0=00")).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendAsync(_gate, body, now, secret: "another-secret")).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendAsync(_gate, body, now - TimeSpan.FromMinutes(6))).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendAsync(_gate, body, now + TimeSpan.FromMinutes(6))).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendAsync(_gate, body, now, bearer: await _gate.TokenAsync())).MustBe(403, "people_only");
        (await SlackStub.SendAsync(_gate, body, now, bearer: await _gate.SessionAsync("dana"))).MustBe(401, "integration_signature_refused");
        (await SlackStub.SendAsync(_gate, new byte[300 << 10], now)).MustBe(413, "body_too_large");
        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, value, workspace: "T9999")).MustBe(400, "invalid_request");
        Assert.Empty(await _gate.EntriesAsync("decision.approve"));

        // The real one, and then the same again.
        (await SlackStub.SendAsync(_gate, body, now)).MustBeText(200);
        (await SlackStub.SendAsync(_gate, body, now)).MustBe(401, "integration_signature_refused");
        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await _gate.EntriesAsync("decision.approve"));
        Assert.Contains(await _gate.EntriesAsync("alarm.machine_on_people_endpoint"), entry => entry.GetProperty("route").GetString() == "/integrations/slack/interactions");
    }

    [Theory]
    [InlineData("payload=%7Bnot-json")]
    [InlineData("payload=%7B%7D")]
    [InlineData("other=1")]
    [InlineData("")]
    public async Task Request_SignedButNoButton_IsRefused(string body) =>
        (await SlackStub.SendAsync(_gate, Encoding.UTF8.GetBytes(body), TimeProvider.System.GetUtcNow())).MustBe(400, "invalid_request");

    [Fact]
    public async Task Answer_ToAnAddressThatIsNotSlacks_IsNeverSent()
    {
        await using var trap = new SlackStub();
        await trap.StartAsync();
        var (pending, ts) = await AskedAsync();

        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, _slack.Button(ts, SlackButtons.Approve)!, responseUrl: trap.Url + "/responses/1")).MustBeText(200);

        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Empty(trap.Requests);
        Assert.Empty(_slack.Whispers);
    }

    [Fact]
    public async Task AgentsWords_InTheMessage_AreOnlyEverLetters()
    {
        const string Hostile = "<!channel> <@UDANA> <https://evil.example|click> *bold* `x` @here \u202Eevil\nApproved by dana";
        var pending = (await _gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 32_000, "EUR"), await _gate.OpenTaskAsync(), _gate.NewKey(), reason: Hostile)).MustBe(202, "pending");
        var message = _slack.Messages[await _slack.MessageAsync(pending.ApprovalId!)];

        var quote = Assert.Single(message.GetProperty("blocks").EnumerateArray(), block => block.GetRawText().Contains("rich_text_quote", StringComparison.Ordinal));
        var text = quote.GetProperty("elements")[0].GetProperty("elements")[0];
        Assert.Equal("text", text.GetProperty("type").GetString());
        Assert.Equal("<!channel> <@UDANA> <https://evil.example|click> *bold* `x` @here evil Approved by dana", text.GetProperty("text").GetString());
        var elsewhere = string.Join('\n', message.GetProperty("blocks").EnumerateArray().Where(block => block.GetRawText() != quote.GetRawText()).SelectMany(Texts));
        Assert.DoesNotContain("evil", elsewhere, StringComparison.Ordinal);
        Assert.Contains("not checked by anybody", elsewhere, StringComparison.Ordinal);
        Assert.Contains("refunded_minor: 0 → 32000", elsewhere, StringComparison.Ordinal);
        Assert.Contains("order_id: ord_000003", elsewhere, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_DownThenBack_GetsTheMessageOnceEvenWhenAnAnswerWasLost()
    {
        _slack.LoseNextAnswer();
        var (pending, ts) = await AskedAsync();

        await _gate.SettledAsync("slack");

        Assert.Single(_slack.Messages);
        Assert.Equal(2, _slack.Requests.Count(request => request.Path is "/api/chat.postMessage" or "/api/conversations.history"));
        (await _slack.PressAsync(_gate, "UDANA", SlackButtons.Approve, _slack.Button(ts, SlackButtons.Approve)!)).MustBeText(200);
        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        await _gate.SettledAsync("slack");
        Assert.Null(_slack.Button(ts, SlackButtons.Approve));
    }

    [Fact]
    public void Signature_OfThePublishedVector_IsAcceptedAndNothingElse()
    {
        var (secrets, headers, text) = SignatureVectors.Of("slack-v0");
        var (stamp, signature, body) = (headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"], Encoding.UTF8.GetBytes(text));
        var now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(stamp, CultureInfo.InvariantCulture));

        Assert.True(SlackSignature.Verify(secrets[0], stamp, signature, body, now));
        Assert.True(SlackSignature.Verify(secrets[0], stamp, signature, body, now + TimeSpan.FromMinutes(5)));
        Assert.False(SlackSignature.Verify(secrets[0], stamp, signature, body, now + TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1)));
        Assert.False(SlackSignature.Verify(secrets[0], stamp, signature, [.. body, (byte)'x'], now));
        Assert.False(SlackSignature.Verify(secrets[0] + "x", stamp, signature, body, now));
        Assert.False(SlackSignature.Verify(secrets[0], stamp, signature.ToUpperInvariant(), body, now));
        Assert.False(SlackSignature.Verify(secrets[0], "+" + stamp, signature, body, now));
    }

    [Theory]
    [InlineData(true, "{\"id\":\"UERIN\",\"team_id\":\"T0001\",\"profile\":{\"email\":\"erin@example.com\"}}", true)]
    [InlineData(false, "{\"id\":\"UERIN\",\"team_id\":\"T0001\",\"profile\":{\"email\":\"erin@example.com\"}}", false)]
    [InlineData(true, "{\"id\":\"UERIN\",\"team_id\":\"T9999\",\"profile\":{\"email\":\"erin@example.com\"}}", false)]
    [InlineData(true, "{\"id\":\"UERIN\",\"team_id\":\"T0001\",\"is_restricted\":true,\"profile\":{\"email\":\"erin@example.com\"}}", false)]
    [InlineData(true, "{\"id\":\"UERIN\",\"team_id\":\"T0001\",\"is_email_confirmed\":false,\"profile\":{\"email\":\"erin@example.com\"}}", false)]
    public async Task Person_WithoutALink_IsFoundByAddressOnlyWhereThatIsTrusted(bool trusted, string user, bool decides)
    {
        _slack.Users["UERIN"] = JsonElement.Parse(user);
        await using var gate = await TestGate.StartAsync(options => options.Integrations.Slack = Options(trusted));
        var erin = new { username = "erin2", display_name = "Erin", password = TestGate.Password, email = "erin@example.com", groups = new[] { "support-leads" }, roles = new[] { "approver" } };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", erin, await gate.SessionAsync("admin"))).MustBe(201);
        var pending = (await gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        var ts = await _slack.MessageAsync(pending.ApprovalId!);

        (await _slack.PressAsync(gate, "UERIN", SlackButtons.Approve, _slack.Button(ts, SlackButtons.Approve)!)).MustBeText(200);

        await TestGate.UntilAsync(() => Task.FromResult(_slack.Whispers.Count == 1));
        Assert.Equal(decides, _slack.Whispers.Single().StartsWith("Your approval", StringComparison.Ordinal));
    }

    /// <summary>Every text of a block, as people read it.</summary>
    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    private SlackOptions Options(bool trust = false) => new()
    {
        Token = IntegrationGate.Secret(SlackStub.Token), SigningSecret = IntegrationGate.Secret(SlackStub.SigningSecret), Workspace = SlackStub.Workspace, Channel = SlackStub.Channel,
        ApiUrl = _slack.Url + "/api", ResponseOrigin = _slack.Url, TrustAddresses = trust,
    };

    private async Task<(GateReply Pending, string Ts)> AskedAsync()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        return (pending, await _slack.MessageAsync(pending.ApprovalId!));
    }
}
