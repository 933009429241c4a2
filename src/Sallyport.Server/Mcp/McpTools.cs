using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Sallyport.Identity;
using Sallyport.Server.Tasks;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Server.Mcp;

/// <summary>The contracts as MCP tools, with hints that say what is true. What the token does not cover is not listed.</summary>
internal static class McpTools
{
    internal const string OpenTask = "open_task";
    internal const string GetAction = "get_action";
    internal const int LongestWaitSeconds = 60;

    internal static IList<Tool> For(Proposer agent, ReleaseRegistry releases) =>
        [OpenTaskTool(agent, releases), GetActionTool(), .. ToolCatalogue.Contracts(agent, releases).Where(tool => tool.Name is not (OpenTask or GetAction)).Select(ContractTool)];

    private static Tool ContractTool(ToolContract contract) => new()
    {
        Name = contract.Name,
        Title = contract.Title,
        Description = contract.Description + (contract.ReadOnly ? "" : contract.Reversible is { } reversible ? $" Can be rolled back with {reversible.By}." : " Cannot be undone."),
        InputSchema = Element(Envelope(contract)),
        OutputSchema = Element(contract.ReadOnly ? ReadAnswer() : ActionAnswer()),
        Annotations = new ToolAnnotations
        {
            Title = contract.Title,
            ReadOnlyHint = contract.ReadOnly,
            // Only a small change that can be taken back counts as harmless.
            DestructiveHint = !contract.ReadOnly && !(contract.Risk == RiskClass.Low && contract.Reversible is not null),
            // The key is among the arguments: the same call again does nothing more.
            IdempotentHint = true,
            // Facts and effects come from and go to systems outside this server.
            OpenWorldHint = true,
        },
    };

    private static Tool OpenTaskTool(Proposer agent, ReleaseRegistry releases)
    {
        var sources = releases.ActiveOf(agent.Workflow)?.Manifest.Inputs ?? [];
        return new Tool
        {
            Name = OpenTask,
            Title = "Open a task",
            Description = "Opens a task and returns its task_id, which every other call needs. Sources: " + string.Join(" ", sources.Select(source => $"{source.Source}: {source.Says}")),
            InputSchema = Element(Object(["workflow", "source", "input"], new JsonObject
            {
                ["workflow"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(agent.Workflow) },
                ["source"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. sources.Select(source => JsonValue.Create(source.Source))]) },
                ["input"] = new JsonObject { ["type"] = "object", ["description"] = "The source's fields." },
            })),
            OutputSchema = Element(Answer(["task_id", "workflow", "release", "invocations", "invocations_max"])),
            Annotations = new ToolAnnotations { Title = "Open a task", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        };
    }

    private static Tool GetActionTool() => new()
    {
        Name = GetAction,
        Title = "Look at an action",
        Description = "Shows one of your own actions, waiting for its end if asked to. Use it while an action is pending or its outcome unknown.",
        InputSchema = Element(Object(["action_id"], new JsonObject
        {
            ["action_id"] = new JsonObject { ["type"] = "string", ["description"] = "The action_id of an earlier result." },
            ["wait_seconds"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = LongestWaitSeconds, ["description"] = "How long to wait for the end." },
        })),
        OutputSchema = Element(ActionAnswer()),
        Annotations = new ToolAnnotations { Title = "Look at an action", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    /// <summary>The same envelope as on REST. Only writes ask for a key; a dry run may carry one, which is then not used up.</summary>
    private static JsonObject Envelope(ToolContract contract)
    {
        var properties = new JsonObject { ["arguments"] = Arguments(contract), ["task_id"] = Text("The task that this call belongs to, from open_task.") };
        if (contract.ReadOnly) return Object(["arguments", "task_id"], properties);
        properties["idempotency_key"] = new JsonObject
        {
            ["type"] = "string", ["minLength"] = 16, ["maxLength"] = 255,
            ["description"] = "A fresh one for every new intention, the same one to ask about an earlier call. For example a UUID.",
        };
        properties["dry_run"] = new JsonObject { ["type"] = "boolean", ["description"] = "True: change nothing, show the diff and the decision." };
        properties["confidence"] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1, ["description"] = "How sure you are that this is right." };
        properties["reason"] = Text("Your own words for the person who approves.");
        return Object(["arguments", "task_id", "idempotency_key"], properties);
    }

    private static JsonObject Arguments(ToolContract contract)
    {
        var schema = (JsonObject)JsonNode.Parse(contract.InputSchema.GetRawText())!;
        // References inside the contract's schema count from its own root, which an id keeps.
        if (!schema.ContainsKey("$id") && contract.InputSchema.GetRawText().Contains("\"$ref\"", StringComparison.Ordinal)) schema["$id"] = "urn:sallyport:contract:" + contract.Name;
        return schema;
    }

    private static JsonObject ActionAnswer() => Answer(["action_id", "state", "tool", "task_id"]);

    private static JsonObject ReadAnswer() => Answer(["action_id", "tool", "task_id", "result"]);

    /// <summary>Open on purpose: fields may be added. Errors carry a problem document instead and are marked isError.</summary>
    private static JsonObject Answer(string[] required) => new()
    {
        ["type"] = "object", ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
        ["properties"] = new JsonObject([.. required.Select(name => KeyValuePair.Create<string, JsonNode?>(name, name.StartsWith("invocations", StringComparison.Ordinal)
            ? new JsonObject { ["type"] = "integer" } : name == "result" ? new JsonObject() : new JsonObject { ["type"] = "string" }))]),
    };

    private static JsonObject Object(string[] required, JsonObject properties) => new()
    {
        ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]), ["properties"] = properties,
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonElement Element(JsonObject schema) => JsonSerializer.SerializeToElement(schema);
}
