using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Cli.Demo;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Cli.Docs;

/// <summary>What an example of a contract really answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The answer.</param>
/// <param name="AsExpected">Whether it is what the contract says.</param>
internal sealed record ExampleAnswer(int Status, JsonElement Body, bool AsExpected);

/// <summary>Executes the examples of a release against the real server and the sample systems, so that a document shows what happens and not what was hoped.</summary>
internal static class ExampleRun
{
    /// <summary>Answers by tool and example name.</summary>
    internal static async Task<IReadOnlyDictionary<(string Tool, string Example), ExampleAnswer>> RunAsync(Release release, string bundle, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("sallyport-docs-").FullName;
        try
        {
            await using var sandbox = await Sandbox.StartAsync(data, bundle, "http://127.0.0.1:0", cancellation);
            var (agent, _) = await sandbox.AddAgentAsync("examples", [.. release.Tools.Values.Select(tool => tool.Scope).Distinct(StringComparer.Ordinal)]);
            var answers = new Dictionary<(string, string), ExampleAnswer>();
            foreach (var tool in release.Tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal))
            {
                foreach (var example in tool.Examples)
                {
                    var task = await agent.OpenTaskAsync(new TaskCall(release.Manifest.Name, "ticket", Ticket), cancellation);
                    answers[(tool.Name, example.Name)] = await CallAsync(sandbox.Http, await agent.TokenAsync(cancellation), tool, example, task.TaskId, cancellation);
                }
            }

            return answers;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>The state behind a problem: a denied or escalated action answers with a problem but exists.</summary>
    private static async Task<string?> StateAsync(HttpClient http, string token, JsonElement problem, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/actions/" + problem.GetProperty("action_id").GetString());
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode ? JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation)).GetProperty("state").GetString() : null;
    }

    private static JsonElement Ticket => JsonSerializer.SerializeToElement(new { ticket_id = "T-1001", order_id = "ord_000001", message = "An example." });

    private static async Task<ExampleAnswer> CallAsync(HttpClient http, string token, ToolContract tool, ToolExample example, string task, CancellationToken cancellation)
    {
        var call = new ActionCall(example.Arguments, task, example.DryRun, tool.ReadOnly || example.DryRun ? null : Sandbox.Key());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tools/{tool.Name}/actions") { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call, WireJson.Options)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, cancellation);
        var body = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        var state = body.TryGetProperty("state", out var shown) ? shown.GetString() : answer.IsSuccessStatusCode ? "succeeded" : await StateAsync(http, token, body, cancellation);
        var code = body.TryGetProperty("code", out var refused) ? refused.GetString() : null;
        return new ExampleAnswer((int)answer.StatusCode, body, example.ExpectCode is { } expected ? code == expected : state == example.ExpectState);
    }
}
