using System.Diagnostics;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>The certified npm provider in a node process, and a gate whose people sign in at it under either of its two clients.</summary>
public class NpmProvider : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-npm-").FullName;
    private Process? _node;

    /// <summary>Why it cannot run here, or null.</summary>
    public string? Unavailable { get; private set; }

    public TestGate Gate { get; private set; } = null!;

    public string Issuer { get; private set; } = "";

    private static NpmPackages Packages { get; } = new(Path.Combine(NpmPackages.Client.Folder, "Provider"), "oidc-provider");

    public async ValueTask InitializeAsync()
    {
        Unavailable = await Packages.UnavailableAsync();
        if (Unavailable is not null) return;
        _node = Process.Start(new ProcessStartInfo("node", ["provider.mjs"]) { WorkingDirectory = Packages.Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _node.ErrorDataReceived += static (_, _) => { };
        _node.BeginErrorReadLine();
        Issuer = await LineAsync();
        Gate = await TestGate.StartAsync(options =>
        {
            options.SignIn.Providers = [Options("rsa", "sallyport"), Options("curve", "sallyport-es")];
            Configure(options);
        });
        await _node.StandardInput.WriteLineAsync(Gate.Url + "/signin/callback");
        await _node.StandardInput.FlushAsync();
        Assert.Equal("ready", await LineAsync());
    }

    /// <summary>What a subclass wants otherwise.</summary>
    private protected virtual void Configure(ServerOptions options)
    {
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Gate is not null) await Gate.DisposeAsync();
        if (_node is { HasExited: false })
        {
            _node.StandardInput.Close();
            await _node.WaitForExitAsync(CancellationToken.None);
        }

        _node?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ProviderOptions Options(string name, string client)
    {
        var secret = Path.Combine(_folder, client);
        File.WriteAllText(secret, "secret of " + client);
        return new ProviderOptions
        {
            Name = name, Title = "Npm " + name, Issuer = Issuer, ClientId = client, ClientSecretFile = secret, Scopes = ["openid", "profile", "email", "groups"],
            Roles = new Dictionary<string, IReadOnlyList<string>> { ["sallyport-approvers"] = ["approver"], ["sallyport-admins"] = ["administrator", "operator"] },
        };
    }

    private async Task<string> LineAsync() => await _node!.StandardOutput.ReadLineAsync(CancellationToken.None) ?? throw new InvalidOperationException("The provider ended.");
}
