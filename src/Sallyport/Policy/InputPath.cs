using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>Reads and replaces one value of an input by the path that a condition names it with.</summary>
public static class InputPath
{
    /// <summary>The value at a path; null when it is absent.</summary>
    public static JsonElement? Find(ExpressionInput input, CelPath path) =>
        Root(input, path.Variable) is { } root ? JsonPointer.Find(root, [.. path.Segments.Select(Name)]) : null;

    /// <summary>The input with another value at a path; null removes the member. Null when the path leads through something that is no object.</summary>
    public static ExpressionInput? With(ExpressionInput input, CelPath path, JsonElement? value)
    {
        if (Root(input, path.Variable) is not { } root || path.Segments.Length == 0 || path.Segments.Any(segment => segment.Name is null)) return null;
        var document = JsonSerializer.SerializeToNode(root);
        var parent = document;
        foreach (var segment in path.Segments[..^1]) parent = (parent as JsonObject)?[segment.Name!];
        if (parent is not JsonObject holder) return null;
        var name = path.Segments[^1].Name!;
        if (value is { } replacement) holder[name] = JsonSerializer.SerializeToNode(replacement);
        else holder.Remove(name);
        var changed = JsonSerializer.SerializeToElement(document);
        return path.Variable switch
        {
            "args" => input with { Args = changed },
            "facts" => input with { Facts = changed },
            "agent" => input with { Agent = changed },
            "task" => input with { Task = changed },
            _ => null,
        };
    }

    private static JsonElement? Root(ExpressionInput input, string variable) => variable switch
    {
        "args" => input.Args,
        "facts" => input.Facts,
        "agent" => input.Agent,
        "task" => input.Task,
        "decision" when input.Decision is { } decision => JsonSerializer.SerializeToElement(decision),
        "approvals" when input.Approvals is { } approvals => JsonSerializer.SerializeToElement(approvals),
        _ => null,
    };

    private static string Name(CelPathSegment segment) => segment.Name ?? segment.Index.ToString(CultureInfo.InvariantCulture);
}
