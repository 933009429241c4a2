using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Connectors.PagerDuty;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>The pager: called for what cannot wait, told when it is over; what it reports back is a hint and never an approval.</summary>
public sealed class PagerDutyTests : IAsyncLifetime
{
    private const string WebhookSecret = "pager-webhook-secret";
    private readonly PagerDutyStub _pager = new();
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync()
    {
        await _pager.StartAsync();
        _gate = await TestGate.StartAsync(options => options.Integrations.PagerDuty = new PagerDutyOptions
        {
            RoutingKey = IntegrationGate.Secret(PagerDutyStub.RoutingKey), EventsUrl = _pager.Url, ApiUrl = _pager.Url, Token = IntegrationGate.Secret(PagerDutyStub.Token),
            Schedules = new Dictionary<string, IReadOnlyList<string>> { ["finance"] = ["PFIN"] }, WebhookSecrets = [IntegrationGate.Secret("old-secret"), IntegrationGate.Secret(WebhookSecret)],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _pager.DisposeAsync();
    }

    [Fact, Trait("req", "B7.1")]
    public async Task HaltAndAlarm_CallThePager_AndTheHaltsEndResolvesIt()
    {
        var halt = (await _gate.HaltAsync("tool:void_refund")).MustBe(201).Str("halt_id")!;
        (await _gate.SendAsync(HttpMethod.Get, "/v1/approvals", null, await _gate.TokenAsync())).MustBe(403, "people_only");
        await TestGate.UntilAsync(() => Task.FromResult(_pager.Alerts.Count == 2));
        Assert.Equal("trigger", _pager.Alerts["sallyport:halt:" + halt]);
        Assert.Equal("trigger", _pager.Alerts["sallyport:alarm:machine_on_people_endpoint"]);
        var trigger = _pager.Triggers.Single(one => one.GetProperty("dedup_key").GetString()!.Contains(halt, StringComparison.Ordinal));
        Assert.Equal(("critical", "Halted: tool:void_refund"), (trigger.GetProperty("payload").GetProperty("severity").GetString(), trigger.GetProperty("payload").GetProperty("summary").GetString()));
        Assert.DoesNotContain("a test halts it", trigger.GetRawText(), StringComparison.Ordinal);

        (await _gate.SendAsync(HttpMethod.Delete, "/v1/halts/" + halt, null, await _gate.SessionAsync("otto"))).MustBe(200);

        await TestGate.UntilAsync(() => Task.FromResult(_pager.Alerts["sallyport:halt:" + halt] == "resolve"));
        Assert.Empty(_pager.Refusals);
    }

    [Fact]
    public async Task Pager_ThatRefusesForGood_IsNotAskedAgain_AndOneThatIsDownIs()
    {
        _pager.FailNext(400);
        var halt = (await _gate.HaltAsync("tool:void_refund")).MustBe(201).Str("halt_id")!;
        await TestGate.UntilAsync(async () => (await _gate.EntriesAsync("delivery.dead")).Count == 1);
        Assert.Empty(_pager.Alerts);

        // What was never triggered has nothing to resolve.
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/halts/" + halt, null, await _gate.SessionAsync("otto"))).MustBe(200);
        await _gate.SettledAsync("pagerduty");
        Assert.Single(_pager.Requests);
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Acknowledgement_IsRecordedOnceAndApprovesNothing()
    {
        await _gate.LinkAsync("dana", "pagerduty", "PDANA");
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        var body = Event("evt_1", "incident.acknowledged", "sallyport:approval:" + pending.ApprovalId);

        Assert.Equal(202, (await SendAsync(body, WebhookSecret)).Status);
        Assert.Equal(202, (await SendAsync(body, WebhookSecret)).Status);
        (await SendAsync(body, "another")).MustBe(401, "integration_signature_refused");
        (await SendAsync([.. body, (byte)' '], WebhookSecret, signed: body)).MustBe(401, "integration_signature_refused");
        (await _gate.SendAsync(HttpMethod.Post, "/integrations/pagerduty/webhooks", new ByteArrayContent(body), await _gate.TokenAsync(), ("X-PagerDuty-Signature", Sign(body, WebhookSecret)))).MustBe(403, "people_only");
        Assert.Equal(202, (await SendAsync(Event("evt_2", "incident.acknowledged", "somebody-elses"), WebhookSecret)).Status);
        Assert.Equal(202, (await SendAsync("not json"u8.ToArray(), WebhookSecret)).Status);

        Assert.Equal("sallyport:approval:" + pending.ApprovalId, Assert.Single(await _gate.EntriesAsync("pager.acknowledged")).GetProperty("alert").GetString());
        (await _gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
        Assert.Empty(await _gate.EntriesAsync("decision.approve"));
    }

    [Fact]
    public void Signature_OfAListDuringARotation_FitsWithEitherSecret()
    {
        var (secrets, headers, text) = SignatureVectors.Of("pagerduty-v1");
        var (header, body) = (headers["X-PagerDuty-Signature"], Encoding.UTF8.GetBytes(text));

        Assert.True(PagerDutySignature.Verify([secrets[0]], header, body));
        Assert.True(PagerDutySignature.Verify([secrets[1]], header, body));
        Assert.False(PagerDutySignature.Verify(["another"], header, body));
        Assert.False(PagerDutySignature.Verify(secrets, header, [.. body, (byte)' ']));
        Assert.False(PagerDutySignature.Verify(secrets, null, body));
        Assert.False(PagerDutySignature.Verify([], header, body));
    }

    private Task<GateReply> SendAsync(byte[] body, string secret, byte[]? signed = null) => _gate.SendAsync(
        HttpMethod.Post, "/integrations/pagerduty/webhooks", new ByteArrayContent(body), null, ("X-PagerDuty-Signature", "v1=00," + Sign(signed ?? body, secret)));

    private static string Sign(byte[] body, string secret) => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static byte[] Event(string id, string type, string key) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        @event = new { id, event_type = type, agent = new { id = "PDANA", type = "user_reference" }, data = new { id = "Q1", type = "incident", incident_key = key, status = "acknowledged" } },
    });
}
