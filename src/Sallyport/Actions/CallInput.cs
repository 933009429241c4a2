using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Limits;
using Sallyport.Tools;

namespace Sallyport.Actions;

/// <summary>The variables of a call's expressions, made the same way when it is proposed and when it is claimed.</summary>
internal static class CallInput
{
    internal static ExpressionInput Create(JsonElement args, string proposerId, string proposerName, string owner, AgentTask task) => new(
        args,
        JsonSerializer.SerializeToElement(new { id = proposerId, name = proposerName, owner }),
        JsonSerializer.SerializeToElement(new { id = task.Id, source = task.Source, input = CanonicalJson.Parse(task.Input) }));
}
