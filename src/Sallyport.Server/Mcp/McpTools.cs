using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Sallyport.Identity;
using Sallyport.Server.Tasks;
using Sallyport.Tools;
using Sallyport.Workflows;
using static Sallyport.Server.Mcp.McpSchemas;

namespace Sallyport.Server.Mcp;

/// <summary>The contracts as MCP tools, with hints that say what is true. What the token does not cover is not listed.</summary>
internal static class McpTools
{
    internal const string OpenTask = "open_task";
    internal const string GetAction = "get_action";
    internal const string CancelAction = "cancel_action";
    internal const string CompensateAction = "compensate_action";
    internal const int LongestWaitSeconds = 60;

    internal static IList<Tool> For(Proposer agent, ReleaseRegistry releases) =>
        [.. McpGateTools.For(agent, releases), .. ToolCatalogue.Contracts(agent, releases).Where(tool => !IsOfTheGate(tool.Name)).Select(ContractTool)];

    /// <summary>The names of the gate's own tools, which no contract can have.</summary>
    internal static bool IsOfTheGate(string name) => name is OpenTask or GetAction or CancelAction or CompensateAction;

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
}
