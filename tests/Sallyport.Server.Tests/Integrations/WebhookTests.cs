using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Connectors.Webhooks;
using Sallyport.Outbox;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Outgoing webhooks: signed as the specification says, without anything that a receiver need not know, at least once.</summary>
public sealed class WebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=";
    private const string NewSecret = "whsec_ZZZQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=";

    [Fact]
    public void Signature_OfThePublishedVector_IsThePublishedOne()
    {
        var (secrets, headers, body) = SignatureVectors.Of("standard-webhooks-v1");
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers["webhook-timestamp"], CultureInfo.InvariantCulture));

        Assert.Equal(headers["webhook-signature"], WebhookSignature.Sign(secrets, headers["webhook-id"], at, Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void Signatures_DuringARotation_AreOnePerSecret()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var both = WebhookSignature.Sign([NewSecret, Secret], "dlv_1", at, "{}"u8).Split(' ');

        Assert.Equal([WebhookSignature.Sign([NewSecret], "dlv_1", at, "{}"u8), WebhookSignature.Sign([Secret], "dlv_1", at, "{}"u8)], both);
        Assert.NotEqual(both[0], both[1]);
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_short")]
    [InlineData("whsec_%%%")]
    public void Secret_ThatIsNone_IsRefusedWithoutBeingNamed(string secret)
    {
        var fault = Assert.Throws<FormatException>(() => WebhookSignature.Key(secret));
        Assert.DoesNotContain(secret, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refund_FromProposalToEffect_IsToldInOrderWithoutArgumentsOrNames()
    {
        await using var receiver = new WebhookStub(Secret);
        await receiver.StartAsync();
        await using var gate = await StartAsync(receiver.Url + "/hook");
        var pending = (await gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 32_000, "EUR"), await gate.OpenTaskAsync(), gate.NewKey(), reason: "canary-reason")).MustBe(202, "pending");
        (await gate.DecideAsync("dana", pending.ApprovalId!, reason: "canary-words")).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        await gate.SettledAsync("webhook:test");

        var told = receiver.Messages.Select(message => message.Json).Where(message => message.GetProperty("data").TryGetProperty("action_id", out var id) && id.GetString() == pending.ActionId).ToList();
        Assert.Equal(["action.pending", "action.decided", "effect.succeeded"], told.Select(message => message.GetProperty("type").GetString()).Where(type => type != "approval.asked"));
        var decided = told.Single(message => message.GetProperty("type").GetString() == "action.decided").GetProperty("data");
        Assert.Equal(("approved", pending.ApprovalId), (decided.GetProperty("state").GetString(), decided.GetProperty("approval").GetString()));
        Assert.Equal($"{gate.Url}/approvals/{pending.ApprovalId}", decided.GetProperty("link").GetString());
        Assert.StartsWith("sha256:", decided.GetProperty("statement").GetString(), StringComparison.Ordinal);
        Assert.All(receiver.Messages, message => Assert.Equal("application/json", message.Header("content-type")));
        foreach (var canary in (string[])["ord_000003", "32000", "canary", "damaged", "dana", "refund-agent"])
            Assert.All(receiver.Requests, request => Assert.DoesNotContain(canary, request.Text, StringComparison.Ordinal));
        Assert.Empty(receiver.Refusals);
    }

    [Fact]
    public async Task Receiver_ThatFails_GetsTheSameIdAgainAndNoRedirectIsFollowed()
    {
        await using var receiver = new WebhookStub(Secret);
        await receiver.StartAsync();
        receiver.FailNext(503);
        await using var gate = await StartAsync(receiver.Url + "/hook", "halt.begin");
        await gate.HaltAsync("tool:void_refund");
        await TestGate.UntilAsync(async () => (await gate.DeliveriesAsync(DeliveryState.Waiting)).Any(delivery => delivery.Reason == "status 503"));

        // Its time has not come; an operator looks at what waits.
        var listed = (await gate.SendAsync(HttpMethod.Get, "/v1/outbox", null, await gate.SessionAsync("otto"))).MustBe(200).Body.GetProperty("deliveries")[0];
        Assert.Equal(("webhook:test", "waiting", "kill.begin", 1), (listed.GetProperty("channel").GetString(), listed.GetProperty("state").GetString(), listed.GetProperty("kind").GetString(), listed.GetProperty("attempts").GetInt32()));
        Assert.DoesNotContain("secret details", listed.GetRawText(), StringComparison.Ordinal);
        await TestGate.UntilAsync(() => Task.FromResult(receiver.Messages.Count == 1));
        Assert.Single(receiver.Requests.Select(request => request.Header("webhook-id")).Distinct());
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Receiver_ThatIsGone_LeavesADeadLetterThatAnOperatorCanRetryOrDrop()
    {
        await using var receiver = new WebhookStub(Secret);
        await receiver.StartAsync();
        receiver.FailNext(410);
        await using var gate = await StartAsync(receiver.Url + "/hook", "halt.begin", "delivery.dead");
        await gate.HaltAsync("tool:void_refund");
        await TestGate.UntilAsync(async () => (await gate.DeliveriesAsync(DeliveryState.Dead)).Count == 1);
        var dead = Assert.Single(await gate.DeliveriesAsync(DeliveryState.Dead));
        var otto = await gate.SessionAsync("otto");

        (await gate.SendAsync(HttpMethod.Post, $"/v1/outbox/{dead.Id}/retry", null, await gate.SessionAsync("dana"))).MustBe(403, "role_required");
        (await gate.SendAsync(HttpMethod.Post, $"/v1/outbox/{dead.Id}/retry", null, await gate.TokenAsync())).MustBe(403, "people_only");
        (await gate.SendAsync(HttpMethod.Post, $"/v1/outbox/{dead.Id}/retry", null, otto)).MustBe(200, "waiting");
        await TestGate.UntilAsync(async () => (await gate.SendAsync(HttpMethod.Get, "/v1/outbox/" + dead.Id, null, otto)).State == "sent");
        (await gate.SendAsync(HttpMethod.Post, $"/v1/outbox/{dead.Id}/drop", null, otto)).MustBe(409, "delivery_settled");

        Assert.Equal(dead.Id, Assert.Single(receiver.Messages).Header("webhook-id"));
        Assert.Equal(dead.Id, Assert.Single(await gate.EntriesAsync("delivery.dead")).GetProperty("delivery").GetString());
        Assert.Single(await gate.EntriesAsync("delivery.retried"));
        Assert.Empty(await gate.EntriesAsync("delivery.dropped"));
    }

    [Theory]
    [InlineData("env")]
    [InlineData("file")]
    [InlineData("command")]
    public async Task Secret_ThatCannotBeRead_IsTriedAgainLaterAndSendsNothing(string source)
    {
        await using var receiver = new WebhookStub(Secret);
        await receiver.StartAsync();
        var secret = source switch
        {
            "env" => new SecretOptions { Env = "SALLYPORT_TEST_NO_SUCH_VARIABLE" },
            "file" => new SecretOptions { File = "/proc/nothing-here" },
            _ => new SecretOptions { Command = ["/no/such/program"] },
        };
        using var channel = new WebhookChannel(new WebhookReceiver("test", new Uri(receiver.Url), [secret.Source], ["*"]), () => "http://127.0.0.1", TimeProvider.System);
        var entry = new StoredEntry(0, DateTimeOffset.UnixEpoch, "kill.begin", null, null, "system", "{}"u8.ToArray(), [], null, null);
        var delivery = new Delivery { Id = "dlv_1", Channel = channel.Name, Tenant = "default", Entry = 0, Kind = entry.Kind, State = DeliveryState.Waiting, Attempts = 1, Since = entry.At, DueAt = entry.At };

        Assert.Equal(SendOutcome.Later("a signing secret is not available"), await channel.SendAsync(delivery, entry, TestContext.Current.CancellationToken));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var receiver = new WebhookStub(Secret);
        await receiver.StartAsync();
        await using var elsewhere = new RedirectStub(receiver.Url + "/hook");
        await elsewhere.StartAsync();
        await using var gate = await StartAsync(elsewhere.Url + "/hook", "halt.begin");
        await gate.HaltAsync("tool:void_refund");

        await TestGate.UntilAsync(async () => (await gate.DeliveriesAsync(DeliveryState.Waiting)).Any(delivery => delivery.Reason == "status 307"));

        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Message_IsAcceptedByThePublishedReceiverLibrary_AndAnAlteredOneIsNot()
    {
        if (await NpmPackages.Integrations.UnavailableAsync() is { } why) Assert.Skip(why);
        var now = TimeProvider.System.GetUtcNow();
        var body = """{"type":"action.decided","timestamp":"2026-01-31T12:00:00.000Z","data":{"log_entry":7}}"""u8.ToArray();
        var signature = WebhookSignature.Sign([NewSecret, Secret], "dlv_1", now, body);

        Assert.Equal("accepted", await VerifyAsync(body, signature, now));
        Assert.NotEqual("accepted", await VerifyAsync([.. body, (byte)' '], signature, now));
        var old = now - TimeSpan.FromMinutes(6);
        Assert.NotEqual("accepted", await VerifyAsync(body, WebhookSignature.Sign([Secret], "dlv_1", old, body), old));
    }

    private static Task<TestGate> StartAsync(string url, params string[] events) => TestGate.StartAsync(options => options.Integrations.Webhooks =
        [new WebhookOptions { Name = "test", Url = url, Secrets = [IntegrationGate.Secret(NewSecret), IntegrationGate.Secret(Secret)], Events = events.Length == 0 ? ["*"] : events }]);

    private static Task<string> VerifyAsync(byte[] body, string signature, DateTimeOffset at) => NpmPackages.Integrations.RunAsync("verify-webhook.mjs", JsonSerializer.Serialize(new
    {
        secret = Secret, body = Encoding.UTF8.GetString(body), id = "dlv_1", timestamp = WebhookSignature.Timestamp(at), signature,
    }));

    private sealed class RedirectStub(string target) : VendorStub
    {
        protected override VendorReply Take(VendorRequest request) => new(307, Location: target);
    }
}
