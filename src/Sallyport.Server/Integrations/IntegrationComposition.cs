using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Slack;
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
        services.AddSingleton<OutboxPump>().AddSingleton<OutboxSender>().AddSingleton<ApprovalNotices>().AddSingleton<SignedRequests>().AddHostedService<OutboxWorker>();
        foreach (var hook in options.Webhooks) services.AddSingleton<IOutboxChannel>(provider => Webhook(hook, provider));
        if (options.Slack is { } slack) services.AddSlack(slack);
    }

    internal static void MapIntegrations(this WebApplication app)
    {
        app.MapOutbox();
        if (app.Services.GetService<SlackEndpoint>() is { } slack) app.MapPost("/integrations/slack/interactions", slack.HandleAsync);
    }

    private static WebhookChannel Webhook(WebhookOptions hook, IServiceProvider provider)
    {
        var address = provider.GetRequiredService<PublicAddress>();
        return new WebhookChannel(new WebhookReceiver(hook.Name, new Uri(hook.Url), [.. hook.Secrets.Select(secret => secret.Source)], hook.Events), () => address.Url, provider.GetRequiredService<TimeProvider>());
    }

    private static void AddSlack(this IServiceCollection services, SlackOptions options)
    {
        var site = new SlackSite(new Uri(options.ApiUrl), new Uri(options.ResponseOrigin), options.Token.Source, options.Workspace, options.Channel);
        services.AddSingleton(provider => new SlackApi(site, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IOutboxChannel>(provider => new ApprovalThreadChannel(
            "slack", provider.GetRequiredService<SlackApi>(), provider.GetRequiredService<IOutboxStore>(), provider.GetRequiredService<ApprovalNotices>()));
        services.AddSingleton(provider => new SlackAnswers(
            provider.GetRequiredService<SlackApi>(), options.TrustAddresses, provider.GetRequiredService<PeopleLinks>(), provider.GetRequiredService<ApprovalQueue>(), provider.GetRequiredService<ActionSignals>(),
            provider.GetRequiredService<IAuditStore>(), provider.GetRequiredService<ApprovalNotices>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SlackAnswers>>()));
        services.AddHostedService(provider => provider.GetRequiredService<SlackAnswers>());
        services.AddSingleton(provider => new SlackEndpoint(
            options.SigningSecret.Source, options.Workspace, provider.GetRequiredService<SignedRequests>(), provider.GetRequiredService<SlackAnswers>(), provider.GetRequiredService<TimeProvider>()));
    }
}
