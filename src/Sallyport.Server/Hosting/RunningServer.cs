using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sallyport.Actions;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Server.Audit;
using Sallyport.Server.Http;
using Sallyport.Storage.Sqlite;
using Sallyport.Workflows;

namespace Sallyport.Server.Hosting;

/// <summary>The server cannot start; the message says why and what to do.</summary>
public sealed class ServerStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A server that listens.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteStore _store;
    private readonly List<string> _notices = [];

    private RunningServer(WebApplication app, SqliteStore store) => (_app, _store) = (app, store);

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Its services, for tests and for commands that run inside the server's process.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The administrator's password, when this start created the account with a random one.</summary>
    public string? NewAdminPassword { get; private set; }

    /// <summary>What whoever starts the server should know.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Completes when the server has stopped; true when the store failed and the process must exit non-zero.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        var stopped = _app.WaitForShutdownAsync(cancellation);
        return await Task.WhenAny(stopped, _store.Failure) == _store.Failure;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        // Nothing is sent any more: other servers of the same store need not wait for this one's permit to lapse.
        if (!_store.Failure.IsCompleted) await _store.Halts.ForgetAsync(Services.GetRequiredService<ReplicaPermit>().ReplicaId, CancellationToken.None);
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    internal static async Task<RunningServer> StartAsync(WebApplication app, SqliteStore store, ServerOptions options)
    {
        var server = new RunningServer(app, store);
        try
        {
            await server.PrepareAsync(options);
            await app.StartAsync();
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or AuditLogException or ServerStartException)
        {
            await app.DisposeAsync();
            await store.DisposeAsync();
            throw fault as ServerStartException ?? new ServerStartException(fault.Message, fault);
        }

        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        app.Services.GetRequiredService<PublicAddress>().Set(options.PublicUrl ?? server.Url, options.AllowedHosts);
        return server;
    }

    /// <summary>Everything that must be true before the first call: releases, halts, doubts of a crashed predecessor, an administrator.</summary>
    private async Task PrepareAsync(ServerOptions options)
    {
        await OpenAuditLogAsync();
        var releases = Services.GetRequiredService<ReleaseRegistry>();
        await releases.LoadAsync(CancellationToken.None);
        await Services.GetRequiredService<ShadowMode>().LoadAsync(CancellationToken.None);
        foreach (var folder in options.Bundles) await ActivateAsync(releases, folder);
        await Services.GetRequiredService<Sallyport.KillSwitch.KillSwitch>().LoadAsync(CancellationToken.None);
        await Services.GetRequiredService<UnknownSettler>().DoubtAbandonedAsync(CancellationToken.None);
        await EnsureAdministratorAsync(options);
    }

    /// <summary>What was signed must be what is stored; otherwise nothing starts.</summary>
    private async Task OpenAuditLogAsync()
    {
        await Services.GetRequiredService<CheckpointPublisher>().OpenAsync(CancellationToken.None);
        await Services.GetRequiredService<KeyRotation>().CompleteAsync(CancellationToken.None);
        _notices.AddRange(await Services.GetRequiredService<AuditLog>().AskWitnessesAsync(Services.GetRequiredService<WitnessPolicy>()));
    }

    private async Task ActivateAsync(ReleaseRegistry releases, string folder)
    {
        var compilation = BundleCompiler.CompileFolder(folder);
        if (compilation.Release is not { } release)
            throw new ServerStartException($"The bundle {folder} has {compilation.Faults.Count} faults; run \"sallyport check {folder}\". First: {compilation.Faults[0]}");
        if (ReleaseConnectors.Check(release, Services.GetRequiredService<ConnectorSet>()) is { } unfit) throw new ServerStartException($"The bundle {folder} cannot run here: {unfit}");
        var activation = await releases.ActivateAsync(release, "system", isPerson: false, CancellationToken.None);
        if (activation.Outcome == ActivationOutcome.Refuted) throw new ServerStartException($"The bundle {folder} cannot be activated: {string.Join(" ", activation.Reasons)}");
        if (activation.Outcome == ActivationOutcome.SecondPersonNeeded)
            _notices.Add($"The bundle {folder} may loosen what {release.Manifest.Name} decides, so its former release stays active. {string.Join(" ", activation.Reasons)} Two people activate it with: sallyport release activate {release.Hash}");
    }

    /// <summary>The first administrator, unless people come from a provider that says who is one.</summary>
    private async Task EnsureAdministratorAsync(ServerOptions options)
    {
        if (!options.SignIn.LocalAccounts) return;
        if ((await _store.Identities.PeopleAsync("default", CancellationToken.None)).Count > 0) return;
        var password = options.AdminPassword ?? Convert.ToHexStringLower(Services.GetRequiredService<IdSource>().Bytes(12));
        var call = new PersonCall("admin", "Administrator", password, [], [HumanPrincipal.Administrator, HumanPrincipal.Operator]);
        await Services.GetRequiredService<PeopleAccounts>().AddAsync("default", call, "system", CancellationToken.None);
        if (options.AdminPassword is null) NewAdminPassword = password;
    }
}
