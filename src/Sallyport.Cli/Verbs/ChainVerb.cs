using System.CommandLine;
using System.Text.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport chain</c>: the whole story of any id.</summary>
internal static class ChainVerb
{
    internal static Command Create()
    {
        var id = new Argument<string>("id") { Description = "An action, approval, task, idempotency key, trace, halt, agent or business id such as an order." };
        return Connection.Verb("chain", "Tell the whole story of any id: who proposed, what was decided and why, who approved, what changed.\n\nExample: sallyport chain ord_000001", async (parsed, client, cancellation) =>
        {
            var chain = await client.ChainAsync(parsed.GetValue(id)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(chain);
            else Print(chain);
            return ExitCodes.Ok;
        }, id);
    }

    internal static void Print(ChainView chain)
    {
        Output.Line($"{chain.Steps.Count} entries about {chain.Id}");
        foreach (var step in chain.Steps)
        {
            Output.Line($"  #{step.Index,-5} {step.At:yyyy-MM-dd HH:mm:ss.fff}  {step.Kind,-20} {Who(step)}  {Summary(step)}");
        }
    }

    private static string Who(ChainStep step) => Text(step.Payload, "username") is { } name ? $"{name} ({step.Actor})" : Text(step.Payload, "agent_name") is { } agent ? $"{agent} ({step.Actor})" : step.Actor;

    private static string Summary(ChainStep step)
    {
        string?[] parts =
        [
            step.ActionId, Text(step.Entry, "tool"), Part("state", Text(step.Entry, "state")), Part("rule", Text(step.Entry, "rule")), Part("code", Text(step.Entry, "code")),
            Part("args", Raw(step.Payload, "arguments")), Part("diff", Raw(step.Payload, "diff")), Part("result", Raw(step.Payload, "result")), Part("reason", Text(step.Payload, "reason")),
            Part("detail", Text(step.Payload, "detail")), Part("ms", Raw(step.Entry, "latency_ms")),
        ];
        return string.Join("  ", parts.Where(part => !string.IsNullOrEmpty(part)));
    }

    private static string? Part(string label, string? value) => string.IsNullOrEmpty(value) || value == "null" ? null : $"{label}={value}";

    private static string? Text(JsonElement? json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string? Raw(JsonElement? json, string name) => Member(json, name)?.GetRawText();

    private static JsonElement? Member(JsonElement? json, string name) => json is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? member : null;
}
