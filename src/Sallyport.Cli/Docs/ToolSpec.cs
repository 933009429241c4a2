using System.Text;
using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Cli.Docs;

/// <summary>The tool specification with example requests and the answers that they really got (requirement A1.D).</summary>
internal static class ToolSpec
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = WireJson.Options.Encoder };

    internal static string Write(Release release, IReadOnlyDictionary<(string Tool, string Example), ExampleAnswer> answers)
    {
        var text = new StringBuilder().AppendLine($"# Tool specification: {release.Manifest.Title}").AppendLine().AppendLine($"Release `{release.Hash}`. The same contracts are served over REST (OpenAPI at `/openapi/v1.json`) and MCP (`/mcp`).").AppendLine();
        foreach (var tool in release.Tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)) WriteTool(text, tool, answers);
        text.AppendLine("## Errors of the server").AppendLine().AppendLine("| code | status | retriable | meaning | what to do |").AppendLine("|---|---|---|---|---|");
        foreach (var error in ErrorCatalogue.All.Values.OrderBy(error => error.Code, StringComparer.Ordinal))
            text.AppendLine($"| `{error.Code}` | {error.Status} | {(error.Retriable ? "yes" : "no")} | {error.Title} | {error.Remedy} |");
        return text.ToString();
    }

    private static void WriteTool(StringBuilder text, ToolContract tool, IReadOnlyDictionary<(string Tool, string Example), ExampleAnswer> answers)
    {
        text.AppendLine($"## `{tool.Name}`: {tool.Title}").AppendLine().AppendLine(tool.Description.Trim()).AppendLine()
            .AppendLine($"`POST /v1/tools/{tool.Name}/actions` · scope `{tool.Scope}` · risk {WireName.Of(tool.Risk)} · {(tool.ReadOnly ? "reads only" : tool.Reversible is { } r ? $"rolled back by `{r.By}`" : "irreversible")}").AppendLine()
            .AppendLine("Arguments:").AppendLine().AppendLine("```json").AppendLine(JsonSerializer.Serialize(tool.InputSchema, Indented)).AppendLine("```").AppendLine();
        if (tool.Rules.Count > 0)
        {
            text.AppendLine("| rule | must hold | otherwise |").AppendLine("|---|---|---|");
            foreach (var rule in tool.Rules) text.AppendLine($"| {rule.Id} | `{rule.DenyUnless.Source.Replace("|", "\\|", StringComparison.Ordinal)}` | `{rule.Code}` |");
            text.AppendLine();
        }

        if (tool.Errors.Count > 0)
        {
            text.AppendLine("| terminal code | meaning |").AppendLine("|---|---|");
            foreach (var (code, meaning) in tool.Errors) text.AppendLine($"| `{code}` | {meaning} |");
            text.AppendLine();
        }

        foreach (var example in tool.Examples)
        {
            text.AppendLine($"Example, {example.Name}: {(example.ExpectState is { } state ? $"answers `{state}`" : $"is refused with `{example.ExpectCode}`")}").AppendLine().AppendLine("```json")
                .AppendLine(JsonSerializer.Serialize(new { arguments = example.Arguments, dry_run = example.DryRun, task_id = "tsk_…", idempotency_key = tool.ReadOnly || example.DryRun ? null : "a fresh key" }, Indented)).AppendLine("```").AppendLine();
            if (answers.TryGetValue((tool.Name, example.Name), out var answer))
                text.AppendLine($"Answer when executed, HTTP {answer.Status}:").AppendLine().AppendLine("```json").AppendLine(JsonSerializer.Serialize(answer.Body, Indented)).AppendLine("```").AppendLine();
        }
    }
}
