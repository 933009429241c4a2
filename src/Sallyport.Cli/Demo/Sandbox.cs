using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Client;
using Sallyport.Contracts.Identity;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Hosting;
using Sallyport.Workflows;

namespace Sallyport.Cli.Demo;

/// <summary>The real server and the real sample payments service with a few people and agents: what the demo and the documents run on.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    /// <summary>Password of every person in the sandbox; shown to whoever plays with it, worth nothing elsewhere.</summary>
    internal const string Password = "open-sesame-demo";

    private readonly Dictionary<string, PeopleClient> _people = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];
    private readonly RunningServer _server;

    private readonly string _bundle;

    private Sandbox(RunningServer server, PaymentsProcess payments, HttpClient http, string bundle) => (_server, Payments, Http, _bundle) = (server, payments, http, bundle);

    internal PaymentsProcess Payments { get; }

    internal HttpClient Http { get; }

    internal string Url => _server.Url;

    internal RunningServer Server => _server;

    /// <exception cref="ServerStartException">The server cannot start.</exception>
    /// <exception cref="InvalidOperationException">The payments service cannot start.</exception>
    internal static async Task<Sandbox> StartAsync(string data, string bundle, string listen, CancellationToken cancellation)
    {
        var apiKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var payments = await PaymentsProcess.StartAsync(Path.Combine(data, "payments"), apiKey, cancellation);
        try
        {
            var secret = Path.Combine(data, "payments.key");
            await File.WriteAllTextAsync(secret, apiKey, cancellation);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var server = await SallyportServer.StartAsync(new ServerOptions
            {
                Data = Path.Combine(data, "server"), Listen = listen, Bundles = [bundle], AdminPassword = Password,
                Connectors = new Dictionary<string, ConnectorOptions> { ["payments"] = new() { BaseUrl = payments.Url, BearerFile = secret } },
            });
            var sandbox = new Sandbox(server, payments, Connection.Http(server.Url), bundle);
            await sandbox.AddPeopleAsync(cancellation);
            return sandbox;
        }
        catch
        {
            await payments.DisposeAsync();
            throw;
        }
    }

    internal PeopleClient As(string username) => _people[username];

    /// <summary>Creates an agent with a fresh key pair.</summary>
    internal async Task<(AgentClient Client, string Id)> AddAgentAsync(string name, params string[] scopes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = PublicKeys.ToJwk(key);
        var agent = await As("admin").CreateAgentAsync(new AgentCall(name, "olivia", "refund", scopes, CanonicalJson.Parse(jwk)));
        var client = new AgentClient(new AgentCredential(Url, agent.AgentId, PublicKeys.Thumbprint(jwk), key.ExportPkcs8PrivateKeyPem()));
        _owned.Add(client);
        return (client, agent.AgentId);
    }

    /// <summary>Publishes the sandbox's bundle with one text replaced, and answers with the release's hash.</summary>
    internal async Task<string> PublishAsync(string file, string find, string replace)
    {
        var faults = new List<BundleFault>();
        var files = (BundleFiles.Read(_bundle, faults) ?? throw new InvalidOperationException(faults[0].ToString())).Texts.ToDictionary();
        if (!files[file].Contains(find, StringComparison.Ordinal)) throw new InvalidOperationException($"{file} does not say {find}.");
        files[file] = files[file].Replace(find, replace, StringComparison.Ordinal);
        return (await As("otto").PublishReleaseAsync(new ReleaseCall(files))).Release;
    }

    /// <summary>Opens a task from a ticket.</summary>
    internal static async Task<string> OpenTaskAsync(AgentClient agent, string message = "My parcel arrived damaged, please refund it.")
    {
        var input = JsonSerializer.SerializeToElement(new { ticket_id = "T-1001", order_id = "ord_000001", message });
        return (await agent.OpenTaskAsync(new TaskCall("refund", "ticket", input))).TaskId;
    }

    /// <summary>The arguments of a refund.</summary>
    internal static JsonElement Refund(string order, long amount, string currency, string reason = "damaged") =>
        JsonSerializer.SerializeToElement(new { order_id = order, amount_minor = amount, currency, reason });

    /// <summary>A fresh idempotency key.</summary>
    internal static string Key() => "demo-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned) owned.Dispose();
        Http.Dispose();
        await _server.DisposeAsync();
        await Payments.DisposeAsync();
    }

    private async Task AddPeopleAsync(CancellationToken cancellation)
    {
        (string User, string Name, string[] Groups, string[] Roles)[] people =
        [
            ("olivia", "Olivia Owner", ["support-leads"], ["approver"]), ("dana", "Dana Lead", ["support-leads"], ["approver"]),
            ("erin", "Erin Lead", ["support-leads"], ["approver"]), ("frank", "Frank Finance", ["finance-leads"], ["approver"]),
            ("grace", "Grace Finance", ["finance-leads"], ["approver"]), ("otto", "Otto Operator", [], ["operator"]),
        ];
        await SignInAsync("admin", cancellation);
        var known = (await As("admin").PeopleAsync(cancellation)).Select(person => person.Username).ToHashSet(StringComparer.Ordinal);
        foreach (var (user, name, groups, roles) in people)
        {
            if (!known.Contains(user)) await As("admin").AddPersonAsync(new PersonCall(user, name, Password, groups, roles), cancellation);
            await SignInAsync(user, cancellation);
        }
    }

    private async Task SignInAsync(string user, CancellationToken cancellation)
    {
        var client = new PeopleClient(Http);
        _people[user] = client.With((await client.SignInAsync(user, Password, cancellation)).Token);
    }
}
