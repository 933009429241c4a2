using System.Text.Json;
using ModelContextProtocol.Protocol;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;

namespace Sallyport.Server.Mcp;

/// <summary>The bodies of REST answers as tool results.</summary>
internal static class McpAnswers
{
    internal static CallToolResult Problem(ErrorCode code, string detail, string traceId) => Result(new Refusal(code, detail).ToProblem(null, traceId));

    /// <summary>How a call of an action that has ended is answered, at once or by way of its task.</summary>
    internal static CallToolResult Ended(ActionRecord action)
    {
        var result = Result((object?)ActionViews.Error(action) ?? ActionViews.View(action));
        // Inside a task the library does not add what revision 2026-07-28 requires of every result.
        result.ResultType = "complete";
        return result;
    }

    /// <summary>The body of the REST answer, structured and, for clients that only read text, as text.</summary>
    internal static CallToolResult Result(object body)
    {
        var json = JsonSerializer.SerializeToElement(body, body.GetType(), WireJson.Options);
        return new CallToolResult { IsError = body is Problem, StructuredContent = json, Content = [new TextContentBlock { Text = json.GetRawText() }] };
    }
}
