using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sallyport.Protocol;

namespace Sallyport.Server.Mcp;

/// <summary>
/// An action as a task of the extension <c>io.modelcontextprotocol/tasks</c> (SEP-2663): the id of the task is the id of the action, so a task
/// is durable as soon as there is one and outlives restarts. People's decisions never show as <c>input_required</c>: the approver must not be
/// the caller.
/// </summary>
internal sealed class McpTask : Result
{
    private static readonly JsonSerializerOptions Json = new(McpJsonUtilities.DefaultOptions)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(McpJsonUtilities.DefaultOptions.TypeInfoResolver, new DefaultJsonTypeInfoResolver()),
    };

    /// <summary>How it is written.</summary>
    internal static JsonTypeInfo<McpTask> TypeInfo { get; } = (JsonTypeInfo<McpTask>)Json.GetTypeInfo(typeof(McpTask));

    [JsonPropertyName("taskId")]
    public required string TaskId { get; init; }

    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("statusMessage")]
    public string? StatusMessage { get; init; }

    [JsonPropertyName("createdAt")]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("lastUpdatedAt")]
    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Null: actions are kept.</summary>
    [JsonPropertyName("ttlMs"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? TtlMs { get; init; }

    [JsonPropertyName("pollIntervalMs")]
    public int? PollIntervalMs { get; init; }

    /// <summary>The result of the call, once it is completed.</summary>
    [JsonPropertyName("result")]
    public CallToolResult? Result { get; init; }

    /// <summary>The answer to <c>tools/call</c> in place of a result.</summary>
    internal static McpTask Created(ActionRecord action) => Of(action, "task", withResult: false);

    /// <summary>The answer to <c>tasks/get</c>, and the content of a notification.</summary>
    internal static McpTask Shown(ActionRecord action) => Of(action, "complete", withResult: true);

    private static McpTask Of(ActionRecord action, string type, bool withResult)
    {
        var (status, message, poll) = StatusOf(action);
        return new McpTask
        {
            ResultType = type, TaskId = action.Id, Status = status, StatusMessage = message, CreatedAt = action.CreatedAt, LastUpdatedAt = action.UpdatedAt,
            PollIntervalMs = poll, Result = withResult && status == "completed" ? McpAnswers.Ended(action) : null,
        };
    }

    /// <summary>A refusal is a completed call that is an error; <c>failed</c> would mean a fault of the protocol.</summary>
    private static (string Status, string? Message, int? PollMs) StatusOf(ActionRecord action) => action.State switch
    {
        ActionState.Pending => ("working", "Waits for people to decide.", 5_000),
        ActionState.Approved => ("working", "Approved; it will be carried out.", 1_000),
        ActionState.Dispatching => ("working", "It is being carried out.", 1_000),
        ActionState.Unknown => ("working", "The change may have been made; the server is finding out.", 2_000),
        ActionState.Cancelled => ("cancelled", action.ErrorDetail, null),
        ActionState.Succeeded or ActionState.Failed or ActionState.Denied or ActionState.Expired or ActionState.Escalated or ActionState.Drafted
            => ("completed", action.ErrorDetail, null),
    };
}
