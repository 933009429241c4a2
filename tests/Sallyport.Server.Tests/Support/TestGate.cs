using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Tests.Support;

/// <summary>
/// The real server on the refund bundle, in front of the real payments service in its own process, with people and agents. Use it as a
/// class fixture, or start one of your own where a test halts, restarts or breaks things.
/// </summary>
public sealed partial class TestGate : IAsyncLifetime
{
    public const string Password = "correct-horse-battery";

    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-test-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(90) };
    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private readonly Action<ServerOptions>? _options;
    private Action<ServerOptions>? _restart;
    private readonly Action<WebApplicationBuilder>? _configure;
    private RunningServer? _server;
    private int _count;

    public TestGate()
    {
    }

    private TestGate(Action<ServerOptions>? options, Action<WebApplicationBuilder>? configure) => (_options, _configure) = (options, configure);

    public RunningServer Server => _server ?? throw new InvalidOperationException("The server is stopped.");

    public string Url { get; private set; } = "";

    public PaymentsProcess Payments { get; private set; } = null!;

    /// <summary>An agent with every scope of the bundle; its owner is olivia.</summary>
    public TestAgent Agent { get; } = new();

    /// <summary>An agent that may only touch the region eu.</summary>
    public TestAgent EuAgent { get; } = new();

    /// <summary>The folder of the server's store.</summary>
    public string DataFolder => Path.Combine(_folder, "server");

    /// <summary>Starts a gate of its own; the caller disposes it.</summary>
    public static async Task<TestGate> StartAsync(Action<ServerOptions>? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        var gate = new TestGate(options, configure);
        try
        {
            await gate.InitializeAsync();
            return gate;
        }
        catch
        {
            await gate.DisposeAsync();
            throw;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Payments = await PaymentsProcess.StartAsync(Path.Combine(_folder, "payments"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "payments.key"), PaymentsProcess.ApiKey);
        await StartServerAsync("http://127.0.0.1:0");
        await AddPeopleAsync();
        await AddAgentAsync(Agent, "refund-agent", ["order:read", "customer:read", "refund:issue", "refund:void"]);
        await AddAgentAsync(EuAgent, "refund-agent-eu", ["order:read:region=eu", "customer:read:region=eu", "refund:issue:region=eu", "refund:void:region=eu"]);
    }

    /// <summary>Stops the server in good order and starts it again on the same data and address.</summary>
    public async Task RestartServerAsync(Action<ServerOptions>? options = null)
    {
        _restart = options;
        await StopServerAsync();
        await StartServerAsync(Url);
    }

    public async Task StopServerAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        if (Payments is not null) await Payments.DisposeAsync();
        _http.Dispose();
        Agent.Dispose();
        EuAgent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A fresh idempotency key.</summary>
    public string NewKey() => $"test-key-{Interlocked.Increment(ref _count):D12}";

    /// <summary>Any request, with a JSON body unless it is null and a bearer token unless that is null.</summary>
    public async Task<GateReply> SendAsync(HttpMethod method, string path, object? body, string? bearer, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Url + path);
        request.Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var all = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value), StringComparer.Ordinal);
        return new GateReply((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), all);
    }

    private async Task StartServerAsync(string listen)
    {
        var options = new ServerOptions
        {
            Data = DataFolder,
            Listen = listen,
            Bundles = [Repository.RefundBundle],
            AdminPassword = Password,
            // Tests sign the same people in far more often than people do.
            SignIn = new SignInOptions { SessionsPerPerson = 1_000, AttemptsPerUsername = 100_000, AttemptsPerAddress = 100_000 },
            Connectors = new Dictionary<string, ConnectorOptions>
            {
                ["payments"] = new() { BaseUrl = Payments.Url, BearerFile = Path.Combine(_folder, "payments.key") },
            },
        };
        _options?.Invoke(options);
        _restart?.Invoke(options);
        _server = await SallyportServer.StartAsync(options, _configure);
        Url = options.PublicUrl ?? _server.Url;
    }

    private async Task AddPeopleAsync()
    {
        (string Name, string[] Groups, string[] Roles)[] people =
        [
            ("dana", ["support-leads"], ["approver"]), ("erin", ["support-leads"], ["approver"]), ("frank", ["finance-leads"], ["approver"]),
            ("grace", ["finance-leads"], ["approver"]), ("olivia", ["support-leads"], ["approver"]), ("otto", [], ["operator"]),
        ];
        var admin = await SessionAsync("admin");
        foreach (var (name, groups, roles) in people)
            (await SendAsync(HttpMethod.Post, "/v1/people", new { username = name, display_name = name, password = Password, groups, roles }, admin)).MustBe(201);
    }

    private async Task AddAgentAsync(TestAgent agent, string name, string[] scopes)
    {
        var call = new { name, owner = "olivia", workflow = "refund", scopes, public_key = agent.PublicJwk };
        agent.Id = (await SendAsync(HttpMethod.Post, "/v1/agents", call, await SessionAsync("admin"))).MustBe(201).Str("agent_id")!;
    }
}
