using System.Security.Cryptography;
using System.Text;
using Sallyport.Approvals;
using Sallyport.Connectors.GitHub;
using Sallyport.Connectors.Jira;
using Sallyport.Connectors.Tickets;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;
using Sallyport.Testing;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Tickets: kept in step, read back, and never taken at their word.</summary>
public sealed class TicketTests : IAsyncLifetime
{
    private const string HookSecret = "It's a Secret to Everybody";
    private readonly JiraStub _jira = new();
    private readonly GitHubStub _gitHub = new();
    private readonly ManualTimeProvider _time = new();
    private TestGate? _gate;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestGate Gate => _gate ?? throw new InvalidOperationException("Start the gate first.");

    public async ValueTask InitializeAsync()
    {
        await _jira.StartAsync();
        await _gitHub.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_gate is not null) await _gate.DisposeAsync();
        await _jira.DisposeAsync();
        await _gitHub.DisposeAsync();
    }

    [Fact, Trait("req", "A3.D")]
    public async Task Approval_HasOneTicketInEachSystem_KeptInStepToItsEnd()
    {
        _jira.LoseNextAnswer();
        _gitHub.LoseNextAnswer();
        await StartAsync();
        var pending = (await Gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 32_000, "EUR"), await Gate.OpenTaskAsync(), Gate.NewKey(),
            reason: "{noformat} ``` @everyone\n``` [~admin]")).MustBe(202, "pending");
        await TestGate.UntilAsync(() => Task.FromResult(_jira.Made.Count == 1 && _gitHub.Made.Count == 1));
        await SettledAsync();

        (await Gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await Gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        await SettledAsync();

        var request = Assert.Single(_jira.Made).Value;
        Assert.Contains(pending.ApprovalId!, request.Summary, StringComparison.Ordinal);
        Assert.Contains($"{Gate.Url}/approvals/{pending.ApprovalId}", request.Description, StringComparison.Ordinal);
        Assert.Equal(0, Count(request.Description, "{noformat}") % 2);
        Assert.Contains("{ noformat} ``` @everyone ``` [~admin]", request.Description, StringComparison.Ordinal);
        Assert.Equal("Closed", request.Status);
        Assert.Contains("dana: approve", Assert.Single(request.Comments), StringComparison.Ordinal);
        var issue = Assert.Single(_gitHub.Made).Value;
        Assert.Equal(("closed", "completed"), (issue.State, issue.Reason));
        Assert.Contains("State: Approved", issue.Body, StringComparison.Ordinal);
        // Whatever the agent says stands inside the fence: no line of it can be a closing one.
        Assert.All(issue.Body.Split('\n').Where(line => line.Contains("everyone", StringComparison.Ordinal)), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.Empty(_jira.Refusals);
        Assert.Empty(_gitHub.Refusals);
    }

    [Fact, Trait("req", "A2.3")]
    public async Task JiraApproval_ReadBack_CountsOnlyForAPersonWhoMay()
    {
        await StartAsync(readApprovals: true);
        await Gate.LinkAsync("otto", "jira", "ACC-OTTO");
        await Gate.LinkAsync("dana", "jira", "ACC-DANA");
        var pending = (await Gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        await TestGate.UntilAsync(() => Task.FromResult(_jira.Made.Count == 1));
        await SettledAsync();
        var request = _jira.Made.Single().Value;

        request.Approvers.AddRange([("ACC-STRANGER", "approved"), ("ACC-OTTO", "approved"), ("ACC-DANA", "pending")]);
        await HintAsync("one");
        await TestGate.UntilAsync(async () => (await Gate.EntriesAsync("approval.unknown_person")).Count == 1);
        (await Gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");

        request.Approvers[2] = ("ACC-DANA", "approved");
        await HintAsync("two");

        (await Gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Equal("jira", Assert.Single(await Gate.EntriesAsync("decision.approve")).GetProperty("via").GetString());
        Assert.Single(await Gate.Payments.LedgerOfAsync(pending.ActionId));
        Assert.DoesNotContain(_jira.Requests, sent => sent.Method == "POST" && sent.Path.Contains("approval", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hints_ForgedOrOfAnAgent_AreRefused_AndARepetitionIsHandledOnce()
    {
        await StartAsync();
        var body = "{\"action\":\"assigned\"}"u8.ToArray();

        Assert.Equal(202, (await GitHubHookAsync(body, "d1", HookSecret)).Status);
        Assert.Equal(202, (await GitHubHookAsync(body, "d1", HookSecret)).Status);
        (await GitHubHookAsync(body, "d2", "another")).MustBe(401, "integration_signature_refused");
        (await GitHubHookAsync(body, "", HookSecret)).MustBe(401, "integration_signature_refused");
        (await Gate.SendAsync(HttpMethod.Post, "/integrations/github/webhooks", new ByteArrayContent(body), await Gate.TokenAsync())).MustBe(403, "people_only");
        (await Gate.SendAsync(HttpMethod.Post, "/integrations/jira/webhooks", new ByteArrayContent(body), null, ("X-Hub-Signature", "sha256=00"))).MustBe(401, "integration_signature_refused");
    }

    [Fact]
    public void HubSignature_OfThePublishedVector_IsAcceptedAndNothingElse()
    {
        var (secrets, headers, text) = SignatureVectors.Of("github-sha256");
        var (signature, body) = (headers["X-Hub-Signature-256"], Encoding.UTF8.GetBytes(text));

        Assert.True(HubSignature.Verify(secrets[0], signature, body));
        Assert.False(HubSignature.Verify(secrets[0], signature, [.. body, (byte)' ']));
        Assert.False(HubSignature.Verify(secrets[0] + " ", signature, body));
        Assert.False(HubSignature.Verify(secrets[0], signature["sha256=".Length..], body));
        Assert.False(HubSignature.Verify(secrets[0], null, body));
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Assignee_OfAJiraTicket_IsReadBackFromJira()
    {
        _jira.Issues["SUP-42"] = new { key = "SUP-42", fields = new { assignee = new { accountId = "ACC-1", emailAddress = "dana@example.com", active = true } } };
        _jira.Issues["SUP-43"] = new { key = "SUP-43", fields = new { assignee = (object?)null } };
        _jira.Issues["SUP-44"] = new { key = "SUP-44", fields = new { assignee = new { accountId = "ACC-2", active = false } } };
        _jira.Issues["SUP-45"] = new { key = "EVIL-1", fields = new { assignee = new { accountId = "ACC-3" } } };
        _jira.Issues["EVIL-1"] = new { key = "EVIL-1", fields = new { assignee = new { accountId = "ACC-3" } } };
        var directory = Directory();

        var reading = await ReadAsync(directory, "jira:SUP-42");
        Assert.Equal(("jira", "ACC-1", "dana@example.com", "jira:SUP-42"), (reading.People[0].System, reading.People[0].Id, reading.People[0].Email, reading.Source));
        Assert.Empty((await ReadAsync(directory, "jira:SUP-43")).People);
        Assert.Empty((await ReadAsync(directory, "jira:SUP-44")).People);
        Assert.Empty((await ReadAsync(directory, null)).People);
        foreach (var ticket in (string[])["jira:SUP-45", "jira:EVIL-1", "jira:SUP-99", "jira:SUP-1/../../x", "jira:", "other:1", "SUP-42"])
            await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync(directory, ticket));
        Assert.DoesNotContain(_jira.Requests, request => request.Path.Contains("EVIL", StringComparison.Ordinal) || request.Path.Contains("..", StringComparison.Ordinal));
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Assignees_OfAGitHubIssue_ArePeopleByNumber_OfAConfiguredRepositoryOnly()
    {
        _gitHub.Issues["/repos/acme/support/issues/7"] = new { number = 7, assignees = new object[] { new { login = "dana", id = 1001L, type = "User" }, new { login = "bot", id = 1002L, type = "Bot" } } };
        var directory = Directory();

        var reading = await ReadAsync(directory, "github:acme/support#7");
        Assert.Equal([("github", "1001", null)], reading.People.Select(person => (person.System, person.Id, person.Email)));
        foreach (var ticket in (string[])["github:evil/support#7", "github:acme/support#8", "github:acme/support#7?x=1", "github:acme/support/../../user#7"])
            await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync(directory, ticket));
    }

    [Fact]
    public async Task Assignee_IsKeptForSecondsOnly_AndAHintAsksAgain()
    {
        _jira.Issues["SUP-42"] = new { key = "SUP-42", fields = new { assignee = new { accountId = "ACC-1" } } };
        var directory = Directory();
        await ReadAsync(directory, "jira:SUP-42");
        _jira.Issues["SUP-42"] = new { key = "SUP-42", fields = new { assignee = new { accountId = "ACC-2" } } };
        Assert.Equal("ACC-1", (await ReadAsync(directory, "jira:SUP-42")).People[0].Id);

        directory.Forget();
        Assert.Equal("ACC-2", (await ReadAsync(directory, "jira:SUP-42")).People[0].Id);

        _time.Advance(TimeSpan.FromSeconds(15));
        _jira.FailNext(500);
        await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync(directory, "jira:SUP-42"));
        Assert.Equal("ACC-2", (await ReadAsync(directory, "jira:SUP-42")).People[0].Id);
    }

    private TicketDirectory Directory() => new(
        [
            new JiraApi(new JiraSite(new Uri(_jira.Url), JiraStub.User, IntegrationGate.Secret(JiraStub.Token).Source, ["SUP"]), _time),
            new GitHubApi(new GitHubSite(new Uri(_gitHub.Url), IntegrationGate.Secret(GitHubStub.Token).Source, ["acme/support"], null), _time),
        ], _time);

    private static Task<DirectoryReading> ReadAsync(TicketDirectory directory, string? ticket) => directory.ReadAsync(new DirectoryQuery("default", "", ticket), Cancellation);

    private async Task StartAsync(bool readApprovals = false) => _gate = await TestGate.StartAsync(options =>
    {
        options.Integrations.Jira = new JiraOptions
        {
            Url = _jira.Url, User = JiraStub.User, Token = IntegrationGate.Secret(JiraStub.Token), ServiceDesk = "7", RequestType = "12", CloseTransition = "Close", ReadApprovals = readApprovals,
            WebhookSecret = IntegrationGate.Secret(HookSecret),
        };
        options.Integrations.GitHub = new GitHubOptions { ApiUrl = _gitHub.Url, Token = IntegrationGate.Secret(GitHubStub.Token), Repository = "acme/approvals", WebhookSecret = IntegrationGate.Secret(HookSecret) };
    });

    private async Task SettledAsync()
    {
        await Gate.SettledAsync("jira");
        await Gate.SettledAsync("github");
    }

    private async Task HintAsync(string what)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"webhookEvent":"jira:issue_updated","n":"{{what}}"}""");
        Assert.Equal(202, (await Gate.SendAsync(HttpMethod.Post, "/integrations/jira/webhooks", new ByteArrayContent(body), null, ("X-Hub-Signature", Sign(body, HookSecret)))).Status);
    }

    private Task<GateReply> GitHubHookAsync(byte[] body, string delivery, string secret) => Gate.SendAsync(
        HttpMethod.Post, "/integrations/github/webhooks", new ByteArrayContent(body), null, ("X-Hub-Signature-256", Sign(body, secret)), ("X-GitHub-Delivery", delivery));

    private static string Sign(byte[] body, string secret) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
