using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>What the contract lets the engine conclude about an attempt of unknown outcome.</summary>
internal enum ConnectorMode
{
    /// <summary>The shipped contract: a fence, then a probe whose answer is final.</summary>
    Fenced,

    /// <summary>The same request again under the same key.</summary>
    Idempotent,

    /// <summary>Neither: what the probe does not find stays unknown until a person settles it.</summary>
    Plain,
}

/// <summary>
/// A data folder with people, an agent and a task, made once by a real server and copied for every cell, and the payments service that all
/// cells of a mode share.
/// </summary>
internal sealed class CrashBase : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-matrix-").FullName;
    private readonly BundleCopy _bundle = new();
    private int _copies;
    private int _tokens;

    private CrashBase(ConnectorMode mode) => Mode = mode;

    internal ConnectorMode Mode { get; }

    internal PaymentsProcess Payments { get; private set; } = null!;

    internal TestAgent Agent { get; } = new();

    /// <summary>Opened for the agent; every cell works in its own copy of it.</summary>
    internal string Task { get; private set; } = "";

    internal string Admin { get; private set; } = "";

    /// <summary>Somebody who may approve.</summary>
    internal string Dana { get; private set; } = "";

    /// <summary>Another one.</summary>
    internal string Erin { get; private set; } = "";

    internal string Bundle => _bundle.Folder;

    /// <summary>One address for every server of the mode: tokens name it as their audience.</summary>
    internal string Url { get; private set; } = "";

    /// <param name="mode">What the contract of refunds promises.</param>
    /// <param name="change">A further change to the bundle.</param>
    internal static async Task<CrashBase> StartAsync(ConnectorMode mode, Action<BundleCopy>? change = null)
    {
        var made = new CrashBase(mode);
        made.Promise();
        change?.Invoke(made._bundle);
        made.Payments = await PaymentsProcess.StartAsync(Path.Combine(made._folder, "payments"));
        await using var gate = new GateProcess(Path.Combine(made._folder, "base"), made.Payments.Url, made.Bundle) { Url = FreeAddress() };
        await gate.StartAsync();
        made.Url = gate.Url;
        made.Admin = await SignInAsync(gate, "admin");
        made.Dana = await AddApproverAsync(gate, "dana", made.Admin);
        made.Erin = await AddApproverAsync(gate, "erin", made.Admin);
        var agent = new { name = "crash-agent", owner = "admin", workflow = "refund", scopes = new[] { "refund:issue" }, public_key = made.Agent.PublicJwk };
        made.Agent.Id = (await gate.SendAsync(HttpMethod.Post, "/v1/agents", agent, made.Admin)).MustBe(201).Str("agent_id")!;
        var ticket = new { workflow = "refund", source = "ticket", input = new { ticket_id = "TCK-1", order_id = "ord_000001", message = "broken" } };
        made.Task = (await gate.SendAsync(HttpMethod.Post, "/v1/tasks", ticket, await made.TokenAsync(gate))).MustBe(201).Str("task_id")!;
        return made;
    }

    /// <summary>A fresh copy of the data folder, and a server on it that is not started.</summary>
    /// <param name="target">Where to; by default a folder of its own.</param>
    internal (string Folder, GateProcess Gate) Copy(string? target = null)
    {
        var folder = target ?? Path.Combine(_folder, $"cell-{++_copies:D4}");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "base"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return (folder, new GateProcess(folder, Payments.Url, Bundle) { Url = Url });
    }

    /// <summary>A token for the agent; null when the server went away before it answered, when its store has failed, or when a halt holds for the agent.</summary>
    internal async Task<string?> TokenAsync(GateProcess gate)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = Agent.Assertion(gate.Url, $"matrix-jti-{++_tokens:D8}"),
        };
        var reply = await gate.TrySendAsync(HttpMethod.Post, "/oauth/token", new FormUrlEncodedContent(form), null);
        var isRefused = reply is { Status: 503 } || (reply is { Status: 401 } && reply.Str("error_description") == "The agent is halted.");
        return isRefused ? null : reply?.MustBe(200).Str("access_token");
    }

    public async ValueTask DisposeAsync()
    {
        await Payments.DisposeAsync();
        _bundle.Dispose();
        Agent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> AddApproverAsync(GateProcess gate, string name, string admin)
    {
        var person = new { username = name, display_name = name, password = TestGate.Password, groups = new[] { "support-leads" }, roles = new[] { "approver" } };
        (await gate.SendAsync(HttpMethod.Post, "/v1/people", person, admin)).MustBe(201);
        return await SignInAsync(gate, name);
    }

    private static async Task<string> SignInAsync(GateProcess gate, string name) =>
        (await gate.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = name, password = TestGate.Password }, null)).MustBe(201).Str("token")!;

    private void Promise()
    {
        var promise = Mode switch { ConnectorMode.Fenced => null, ConnectorMode.Idempotent => "  idempotent_for: P30D\n", ConnectorMode.Plain => "" };
        if (promise is null) return;
        var lines = Regex.Match(File.ReadAllText(Path.Combine(Bundle, "tools", "issue-refund.yaml")), "(?m)^  idempotent_for: .*\n  fence: .*\n", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        _bundle.Replace("tools/issue-refund.yaml", lines, promise);
    }

    /// <summary>A port that was free a moment ago.</summary>
    private static string FreeAddress()
    {
        using var probe = new TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return "http://127.0.0.1:" + ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
