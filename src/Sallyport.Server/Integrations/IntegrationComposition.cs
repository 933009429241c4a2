using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.GitHub;
using Sallyport.Connectors.Jira;
using Sallyport.Connectors.Mail;
using Sallyport.Connectors.PagerDuty;
using Sallyport.Connectors.Slack;
using Sallyport.Connectors.Tickets;
using Sallyport.Connectors.Webhooks;
using Sallyport.Identity;
using Sallyport.Outbox;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;
using Sallyport.Server.Outbox;

namespace Sallyport.Server.Integrations;

/// <summary>Puts together what the configuration names.</summary>
internal static class IntegrationComposition
{
    internal static void AddIntegrations(this IServiceCollection services, ServerOptions server)
    {
        var options = server.Integrations;
        services.AddSingleton(new OutboxLimits
        {
            MaxAttempts = options.MaxAttempts, MaxAge = TimeSpan.FromHours(options.MaxAgeHours), SendTimeout = TimeSpan.FromMilliseconds(options.SendTimeoutMilliseconds),
        });
        services.AddSingleton<OutboxPump>().AddSingleton<OutboxSender>().AddSingleton<ApprovalNotices>().AddSingleton<SignedRequests>().AddSingleton<HintEndpoints>();
        services.AddHostedService<OutboxWorker>();
        foreach (var hook in options.Webhooks) services.AddSingleton<IOutboxChannel>(provider => Webhook(hook, provider));
        if (options.Slack is { } slack) services.AddSlack(slack);
        if (options.Mail is { } mail) services.AddMail(mail);
        if (options.PagerDuty is { } pager) services.AddPagerDuty(pager);
        if (options.Jira is { } jira) services.AddJira(jira);
        if (options.GitHub is { } gitHub) services.AddGitHub(gitHub);
        if (options.Jira is null && options.GitHub is null) return;
        services.AddSingleton<TicketDirectory>().AddSingleton<IApproverDirectory>(provider => provider.GetRequiredService<TicketDirectory>());
    }

    internal static void MapIntegrations(this WebApplication app, IntegrationsOptions options)
    {
        app.MapOutbox();
        app.MapLinks();
        var hints = app.Services.GetRequiredService<HintEndpoints>();
        if (options.Slack is not null) app.MapPost("/integrations/slack/interactions", app.Services.GetRequiredService<SlackEndpoint>().HandleAsync);
        if (options.GitHub?.WebhookSecret is { } gitHub) app.MapPost("/integrations/github/webhooks", (HttpContext http) => hints.GitHubAsync(http, gitHub.Source));
        if (options.Jira?.WebhookSecret is { } jira) app.MapPost("/integrations/jira/webhooks", (HttpContext http) => hints.JiraAsync(http, jira.Source));
        if (options.PagerDuty is { WebhookSecrets: { Count: > 0 } pager })
            app.MapPost("/integrations/pagerduty/webhooks", (HttpContext http) => hints.PagerDutyAsync(http, [.. pager.Select(secret => secret.Source)]));
    }

    private static WebhookChannel Webhook(WebhookOptions hook, IServiceProvider provider)
    {
        var address = provider.GetRequiredService<PublicAddress>();
        var receiver = new WebhookReceiver(hook.Name, new Uri(hook.Url), [.. hook.Secrets.Select(secret => secret.Source)], hook.Events);
        return new WebhookChannel(receiver, () => address.Url, Time(provider));
    }

    private static void AddSlack(this IServiceCollection services, SlackOptions options)
    {
        var site = new SlackSite(new Uri(options.ApiUrl), new Uri(options.ResponseOrigin), options.Token.Source, options.Workspace, options.Channel);
        services.AddSingleton(provider => new SlackApi(site, Time(provider)));
        services.AddThreads("slack", provider => provider.GetRequiredService<SlackApi>());
        services.AddSingleton(provider => new SlackAnswers(
            provider.GetRequiredService<SlackApi>(), options.TrustAddresses, provider.GetRequiredService<PeopleLinks>(), provider.GetRequiredService<ApprovalQueue>(),
            provider.GetRequiredService<ActionSignals>(), provider.GetRequiredService<IAuditStore>(), provider.GetRequiredService<ApprovalNotices>(), Time(provider), provider.GetRequiredService<ILogger<SlackAnswers>>()));
        services.AddHostedService(provider => provider.GetRequiredService<SlackAnswers>());
        services.AddSingleton(provider => new SlackEndpoint(
            options.SigningSecret.Source, options.Workspace, provider.GetRequiredService<SignedRequests>(), provider.GetRequiredService<SlackAnswers>(), Time(provider)));
    }

    private static void AddMail(this IServiceCollection services, MailOptions options)
    {
        services.AddSingleton(new MailSender(new MailSite(options.Host, options.Port, options.Tls, options.User, options.Password?.Source, options.From)));
        services.AddSingleton<IOutboxChannel, MailChannel>();
    }

    private static void AddPagerDuty(this IServiceCollection services, PagerDutyOptions options)
    {
        if (options.RoutingKey is { } key)
        {
            services.AddSingleton(provider => new PagerDutyEvents(new Uri(options.EventsUrl), key.Source, Time(provider)));
            services.AddSingleton<IOutboxChannel, PagerChannel>();
        }

        if (options.Token is not { } token) return;
        services.AddSingleton(provider => new OncallDirectory(new OncallSite(new Uri(options.ApiUrl), token.Source, options.Schedules), Time(provider)));
        services.AddSingleton<IApproverDirectory>(provider => provider.GetRequiredService<OncallDirectory>());
    }

    private static void AddJira(this IServiceCollection services, JiraOptions options)
    {
        services.AddSingleton(provider => new JiraApi(new JiraSite(new Uri(options.Url), options.User, options.Token.Source, options.TicketProjects), Time(provider)));
        services.AddSingleton<ITicketSystem>(provider => provider.GetRequiredService<JiraApi>());
        if (options is not { ServiceDesk: { } desk, RequestType: { } type }) return;
        services.AddThreads(JiraApprovals.Channel, provider => new JiraRequests(provider.GetRequiredService<JiraApi>(), desk, type, options.CloseTransition));
        if (options.ReadApprovals) services.AddSingleton<JiraApprovals>().AddHostedService(provider => provider.GetRequiredService<JiraApprovals>());
    }

    private static void AddGitHub(this IServiceCollection services, GitHubOptions options)
    {
        services.AddSingleton(provider => new GitHubApi(new GitHubSite(new Uri(options.ApiUrl), options.Token.Source, options.TicketRepositories, options.Repository), Time(provider)));
        services.AddSingleton<ITicketSystem>(provider => provider.GetRequiredService<GitHubApi>());
        if (options.Repository is not null) services.AddThreads("github", provider => provider.GetRequiredService<GitHubApi>());
    }

    private static void AddThreads(this IServiceCollection services, string name, Func<IServiceProvider, IVendorThreads> vendor) => services.AddSingleton<IOutboxChannel>(provider =>
        new ApprovalThreadChannel(name, vendor(provider), provider.GetRequiredService<IOutboxStore>(), provider.GetRequiredService<ApprovalNotices>()));

    private static TimeProvider Time(IServiceProvider provider) => provider.GetRequiredService<TimeProvider>();
}
