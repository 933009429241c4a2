using System.Diagnostics;
using System.Text.Json;

namespace Sallyport.Server.Tests.Support;

/// <summary>The official npm client in a node process of its own, one command and one answer per line.</summary>
public sealed class NpmMcpClient : IAsyncDisposable
{
    private readonly Process _node;

    private NpmMcpClient(Process node) => _node = node;

    /// <summary>Why the client cannot run here, or null. Installs the packages of the lock file at the first use.</summary>
    public static Task<string?> UnavailableAsync() => NpmPackages.Client.UnavailableAsync();

    /// <summary>A client that brings its token along.</summary>
    public static NpmMcpClient Start(string library, string revision, string url, string token) =>
        Start(library, revision, url, new Dictionary<string, string> { ["MCP_TOKEN"] = token });

    /// <summary>A client that gets its token itself: discovery from the challenge on, then a client assertion.</summary>
    public static NpmMcpClient Start(string library, string revision, string url, string clientId, string assertion) =>
        Start(library, revision, url, new Dictionary<string, string> { ["MCP_CLIENT_ID"] = clientId, ["MCP_ASSERTION"] = assertion });

    private static NpmMcpClient Start(string library, string revision, string url, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("node", ["mcp-client.mjs", library, revision])
        {
            WorkingDirectory = NpmPackages.Client.Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["MCP_URL"] = url + "/mcp";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new NpmMcpClient(Process.Start(start)!);
    }

    /// <summary>Runs an operation of the script: <c>{ ok }</c> or <c>{ error }</c>.</summary>
    public async Task<JsonElement> AskAsync(object command)
    {
        await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _node.StandardInput.FlushAsync();
        var line = await _node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return JsonElement.Parse(line ?? throw new InvalidOperationException("The client ended."));
    }

    /// <summary>Runs an operation that must succeed.</summary>
    public async Task<JsonElement> DoAsync(object command)
    {
        var answer = await AskAsync(command);
        Assert.True(answer.TryGetProperty("ok", out var result), answer.GetRawText());
        return result;
    }

    /// <summary>Calls a tool: whether it is an error, and its structured content.</summary>
    public async Task<(bool IsError, JsonElement Content)> CallAsync(string name, object arguments)
    {
        var result = await DoAsync(new { op = "callTool", name, arguments });
        var content = result.GetProperty("structuredContent");
        Assert.True(JsonElement.DeepEquals(content, JsonElement.Parse(result.GetProperty("content")[0].GetProperty("text").GetString()!)), "The text and the structured content differ.");
        return (result.TryGetProperty("isError", out var error) && error.GetBoolean(), content);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_node.HasExited) _node.Kill();
        await _node.WaitForExitAsync(CancellationToken.None);
        _node.Dispose();
    }
}
