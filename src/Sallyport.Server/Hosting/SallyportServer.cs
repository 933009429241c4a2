using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Http;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Identity.OpenId;
using Sallyport.KillSwitch;
using Sallyport.Passkeys;
using Sallyport.Protocol;
using Sallyport.Reporting;
using Sallyport.Server.Actions;
using Sallyport.Server.Approvals;
using Sallyport.Server.Audit;
using Sallyport.Server.Console;
using Sallyport.Server.Http;
using Sallyport.Server.Identity;
using Sallyport.Server.Identity.OpenId;
using Sallyport.Server.Integrations;
using Sallyport.Server.KillSwitch;
using Sallyport.Server.Mcp;
using Sallyport.Server.OpenApi;
using Sallyport.Server.Passkeys;
using Sallyport.Server.Policy;
using Sallyport.Server.Releases;
using Sallyport.Server.Reports;
using Sallyport.Server.Tasks;
using Sallyport.Storage.Sqlite;
using Sallyport.Workflows;

namespace Sallyport.Server.Hosting;

/// <summary>Puts the server together and starts it.</summary>
public static class SallyportServer
{
    /// <summary>Builds the server, opens its store, settles what a crash left behind and starts listening.</summary>
    /// <param name="options">Configuration.</param>
    /// <param name="configure">Last changes to the services, for tests: clock, randomness, logging.</param>
    /// <exception cref="ServerStartException">It cannot start; the message says why and what to do.</exception>
    public static async Task<RunningServer> StartAsync(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        IntegrationsCheck.Check(options.Integrations);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // Standard output belongs to the answer of "serve": whoever reads the address there must not find a warning first.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // The library warns, with a stack trace, of every request that a client gets wrong; failures of ours are logged where they happen.
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Critical);
        builder.WebHost.UseUrls(options.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        await options.SignIn.CheckAsync();
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(new IdSource(TimeProvider.System, IdSource.SystemRandom));
        builder.Services.AddSingleton(TimeProvider.System);
        configure?.Invoke(builder);
        var clock = new SteadyClock((TimeProvider)builder.Services.Last(service => service.ServiceType == typeof(TimeProvider)).ImplementationInstance!);
        builder.Services.AddSingleton(clock).AddSingleton<TimeProvider>(clock);
        var store = await OpenStoreAsync(options, builder.Services, clock);
        AddEngine(builder.Services, store, options, clock);
        await AddAuditLogAsync(builder.Services, store, options, clock);
        var app = builder.Build();
        app.UseMiddleware<FailureBoundary>();
        app.UseMiddleware<HostGuard>();
        app.UseMiddleware<BareAnswers>();
        Map(app, options);
        return await RunningServer.StartAsync(app, store, options);
    }

    private static async Task<SqliteStore> OpenStoreAsync(ServerOptions options, IServiceCollection services, SteadyClock clock)
    {
        try
        {
            var ids = Ids(services);
            var store = await SqliteStore.OpenAsync(Path.Combine(options.Data, "sallyport.db"), ids, clock);
            if (!options.AcceptClock && await store.Audit.LastAsync(CancellationToken.None) is { } last) clock.NotBefore(last);
            return store;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException(fault.Message, fault);
        }
    }

    private static void AddEngine(IServiceCollection services, SqliteStore store, ServerOptions options, SteadyClock clock)
    {
        services.AddSingleton(store.Actions).AddSingleton(store.Audit).AddSingleton(store.Halts).AddSingleton(store.Releases).AddSingleton(store.Identities).AddSingleton(store.Sessions).AddSingleton(store.Outbox);
        services.AddSingleton(provider => new ConnectorSet(options.Connectors.Select(entry => Connector(entry.Key, entry.Value, provider.GetRequiredService<TimeProvider>()))));
        services.AddSingleton(new BreakGlass(options.Data)).AddSingleton<PublicAddress>();
        services.AddSingleton(provider => new CredentialCache(() => provider.GetRequiredService<ReplicaPermit>().IsFresh));
        services.AddSingleton(provider => new ReplicaPermit(provider.GetRequiredService<IdSource>().Next("rep"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => Gate(provider.GetRequiredService<ReplicaPermit>(), provider.GetRequiredService<BreakGlass>(), clock));
        services.AddSingleton<PermitRenewal>().AddSingleton<AttemptStopper>().AddSingleton<AttemptStop>(provider => provider.GetRequiredService<AttemptStopper>().StopAsync);
        services.AddSingleton<ReleaseRegistry>().AddSingleton<ActionSignals>().AddSingleton<ActionClaim>().AddSingleton<ActionExecutor>();
        services.AddSingleton<ActionPipeline>().AddSingleton<ActionCancel>().AddSingleton<Compensator>().AddSingleton<UnknownSettler>().AddSingleton<ActionUpkeep>().AddSingleton<ActionExplainer>().AddSingleton<PolicyReplay>().AddSingleton<ShadowMode>().AddSingleton<ShadowReport>();
        services.AddSingleton(store.Approvals).AddSingleton(store.Passkeys).AddSingleton<ApproverRoll.Reader>().AddSingleton<StepUpCheck>().AddSingleton<Signing>().AddSingleton<ApprovalAsker>().AddSingleton<Substitutes>().AddSingleton<PasskeyRegistry>().AddSingleton<ApprovalQueue>().AddSingleton<Sallyport.KillSwitch.KillSwitch>();
        services.AddSingleton<AgentTokens>().AddSingleton<AgentRegistry>().AddSingleton<PeopleAccounts>().AddSingleton<PeopleLinks>().AddSingleton<Callers>();
        services.AddSingleton(options.SignIn.Rules()).AddSingleton<PeopleSessions>().AddSingleton<DeviceSignIn>().AddSingleton<Delegations>().AddSingleton<ProviderAccounts>();
        services.AddSingleton<SignInThrottle>().AddSingleton<SignInFlows>().AddSingleton<ProviderHttp>().AddSingleton<OpenIdSignIn>();
        services.AddSingleton<TaskOpening>();
        services.AddIntegrations(options);
        services.AddSingleton<McpToolCalls>().AddSingleton<McpTasks>().AddSingleton<McpTaskStream>().AddSingleton<McpDoor>().AddSingleton<McpSessions>();
        services.TryAddSingleton(McpPrimitives.None);
        services.AddSingleton(store.Reports).AddSingleton<OperationsReports>();
        services.AddSingleton<ConsoleSession>().AddSingleton<ConsoleVisit>().AddSingleton<DecisionRights>().AddSingleton<ActionLines>().AddSingleton<ActorNames>().AddSingleton<ActionDetails>();
        services.AddSingleton<AgentDetails>().AddSingleton<HaltViews>().AddSingleton<WorkflowDetails>().AddSingleton<ActivityStream>();
        services.AddRazorComponents();
        services.AddHostedService<PermitWorker>().AddHostedService<BreakGlassWorker>().AddHostedService<UpkeepWorker>().AddHostedService<ApprovalWorker>().AddHostedService<AuditWorker>();
    }

    /// <summary>A log that cannot be continued refuses the start, before anything else looks at the store.</summary>
    private static async Task AddAuditLogAsync(IServiceCollection services, SqliteStore store, ServerOptions options, TimeProvider time)
    {
        try
        {
            var policy = options.Audit.Policy();
            var log = await AuditLog.OpenAsync(store, options, Ids(services), time);
            services.AddSingleton(log).AddSingleton(log.Signer).AddSingleton(log.Tree).AddSingleton(log.Publisher).AddSingleton(log.Witnesses).AddSingleton(store.Tree);
            services.AddSingleton(policy).AddSingleton<IntentCover>().AddSingleton<IntentCheck>(provider => provider.GetRequiredService<IntentCover>().MissingAsync).AddSingleton<KeyRotation>();
        }
        catch (Exception fault) when (fault is AuditLogException or IOException or UnauthorizedAccessException or StoreUnavailableException or ServerStartException)
        {
            await store.DisposeAsync();
            throw fault as ServerStartException ?? new ServerStartException(fault.Message, fault);
        }
    }

    private static IdSource Ids(IServiceCollection services) => (IdSource)services.Last(service => service.ServiceType == typeof(IdSource)).ImplementationInstance!;

    private static EffectGate Gate(ReplicaPermit permit, BreakGlass glass, SteadyClock clock) => new(() => permit.IsFresh && clock.IsSane && !glass.IsPulled);

    private static HttpConnector Connector(string name, ConnectorOptions options, TimeProvider time)
    {
        var bearer = new SecretSource(options.BearerEnv, options.BearerFile, options.BearerCommand);
        return new HttpConnector(new HttpConnectorOptions(name, new Uri(options.BaseUrl), bearer == new SecretSource() ? null : bearer, TimeSpan.FromSeconds(5)), time);
    }

    private static void Map(WebApplication app, ServerOptions options)
    {
        app.MapTasks();
        app.MapActions();
        app.MapMcp();
        app.MapApprovals();
        app.MapSubstitutes();
        app.MapPasskeys();
        app.MapHalts();
        app.MapAudit();
        app.MapReleases();
        app.MapPolicy();
        app.MapShadows();
        app.MapOAuth();
        app.MapPeople();
        app.MapSessions();
        app.MapDelegations();
        app.MapAgents();
        app.MapOpenApiDocument();
        app.MapReports();
        app.MapConsole();
        app.MapSignIn();
        app.MapDevice();
        app.MapIntegrations(options.Integrations);
        app.MapGet("/healthz", () => Results.Json(new { status = "ok" }));
    }
}
