using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Connectors.Webhooks;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Hosting;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>The configuration of other systems is checked before anything starts, and the document's example of it is one.</summary>
public sealed class IntegrationsOptionsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate", "integrations.md"));

    [Fact]
    public void Example_OfTheDocument_IsAConfigurationThatIsTaken()
    {
        var example = Regex.Match(Page, "```json\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups[1].Value;

        var options = JsonSerializer.Deserialize<ServerOptions>(example, WireJson.Options)!.Integrations;

        IntegrationsCheck.Check(options);
        Assert.All(new object?[] { options.Slack, options.Mail, options.Jira, options.GitHub, options.PagerDuty }, Assert.NotNull);
        Assert.Single(options.Webhooks);
    }

    [Fact]
    public void EventTypes_AllOfThem_StandInTheDocument() => Assert.All(WebhookEvents.Types, type => Assert.Contains($"`{type}`", Page, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"webhooks":[{"name":"a","url":"http://example.com","secrets":[{"env":"X"}]}]}""", "https")]
    [InlineData("""{"webhooks":[{"name":"a","url":"https://user:pw@example.com","secrets":[{"env":"X"}]}]}""", "https")]
    [InlineData("""{"webhooks":[{"name":"a","url":"https://example.com","secrets":[]}]}""", "Secrets")]
    [InlineData("""{"webhooks":[{"name":"a","url":"https://example.com","secrets":[{"env":"X","file":"Y"}]}]}""", "exactly one")]
    [InlineData("""{"webhooks":[{"name":"a","url":"https://example.com","secrets":[{"env":"X"}],"events":["nothing.*"]}]}""", "nothing.*")]
    [InlineData("""{"webhooks":[{"name":"a","url":"https://example.com","secrets":[{"env":"X"}]},{"name":"a","url":"https://example.com","secrets":[{"env":"X"}]}]}""", "two receivers")]
    [InlineData("""{"slack":{"workspace":"T01","channel":"C01","signing_secret":{"env":"X"}}}""", "integrations.slack.token")]
    [InlineData("""{"slack":{"workspace":"acme","channel":"C01","signing_secret":{"env":"X"},"token":{"env":"X"}}}""", "Workspace")]
    [InlineData("""{"jira":{"url":"https://acme.example","token":{"env":"X"},"service_desk":"7"}}""", "request_type")]
    [InlineData("""{"jira":{"url":"https://acme.example","token":{"env":"X"},"read_approvals":true}}""", "read_approvals")]
    [InlineData("""{"git_hub":{"token":{"env":"X"},"ticket_repositories":["acme"]}}""", "ticket_repositories")]
    [InlineData("""{"pager_duty":{"schedules":{"finance":["PABC123"]}}}""", "token")]
    [InlineData("""{"pager_duty":{"token":{"env":"X"},"schedules":{"finance":["P&x=1"]}}}""", "finance")]
    [InlineData("""{"mail":{"host":"smtp.example.com","from":"nobody"}}""", "From")]
    [InlineData("""{"max_attempts":0}""", "MaxAttempts")]
    public void Mistake_InTheConfiguration_RefusesTheStartAndIsNamed(string json, string named)
    {
        var options = JsonSerializer.Deserialize<IntegrationsOptions>(json, WireJson.Options)!;

        var fault = Assert.Throws<ServerStartException>(() => IntegrationsCheck.Check(options));

        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }
}
