using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Sallyport.Identity;
using Sallyport.Workflows;
using static Sallyport.Server.Mcp.McpSchemas;

namespace Sallyport.Server.Mcp;

/// <summary>The gate's own tools: open a task, look at an action, call it off, roll it back.</summary>
internal static class McpGateTools
{
    internal static IEnumerable<Tool> For(Proposer agent, ReleaseRegistry releases) => [OpenTaskTool(agent, releases), GetActionTool(), CancelActionTool(), CompensateActionTool()];

    private static Tool OpenTaskTool(Proposer agent, ReleaseRegistry releases)
    {
        var sources = releases.ActiveOf(agent.Workflow)?.Manifest.Inputs ?? [];
        return new Tool
        {
            Name = McpTools.OpenTask,
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
        Name = McpTools.GetAction,
        Title = "Look at an action",
        Description = "Shows one of your own actions, waiting for its end if asked to. Use it while an action is pending or its outcome unknown.",
        InputSchema = Element(Object(["action_id"], new JsonObject
        {
            ["action_id"] = ActionId(),
            ["wait_seconds"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = McpTools.LongestWaitSeconds, ["description"] = "How long to wait for the end." },
        })),
        OutputSchema = Element(ActionAnswer()),
        Annotations = new ToolAnnotations { Title = "Look at an action", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    private static Tool CancelActionTool() => new()
    {
        Name = McpTools.CancelAction,
        Title = "Call an action off",
        Description = "Calls off one of your own actions that waits for people or has not left yet. What may have left cannot be called off; see compensate_action.",
        InputSchema = Element(Object(["action_id"], new JsonObject { ["action_id"] = ActionId() })),
        OutputSchema = Element(ActionAnswer()),
        Annotations = new ToolAnnotations { Title = "Call an action off", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    private static Tool CompensateActionTool() => new()
    {
        Name = McpTools.CompensateAction,
        Title = "Roll an action back",
        Description = "Proposes to roll back one of your own actions that succeeded, as its contract promises. The rollback is an action of its own with its own decision.",
        InputSchema = Element(Object(["action_id"], new JsonObject
        {
            ["action_id"] = ActionId(),
            ["dry_run"] = new JsonObject { ["type"] = "boolean", ["description"] = "True: change nothing, show the diff and the decision." },
            ["reason"] = Text("Your own words for the person who approves."),
        })),
        OutputSchema = Element(ActionAnswer()),
        // The same rollback is proposed at most once: asking again shows the first one.
        Annotations = new ToolAnnotations { Title = "Roll an action back", ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = true, OpenWorldHint = true },
    };

    private static JsonObject ActionId() => Text("The action_id of an earlier result.");
}
