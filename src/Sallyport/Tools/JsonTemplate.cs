using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;

namespace Sallyport.Tools;

/// <summary>
/// A JSON value whose strings may hold <c>${expression}</c>. A string that is one expression takes the expression's type; otherwise
/// the parts are joined. In strings that start with <c>/</c> (paths) every part is percent-encoded, so that no argument can reach
/// another path or add a query.
/// </summary>
public sealed class JsonTemplate
{
    private readonly Node _root;

    private JsonTemplate(JsonElement source, Node root, IReadOnlyList<CelProgram> programs) => (Source, _root, Programs) = (source, root, programs);

    /// <summary>The template as written.</summary>
    public JsonElement Source { get; }

    /// <summary>The expressions inside.</summary>
    public IReadOnlyList<CelProgram> Programs { get; }

    private abstract record Node;

    private sealed record Literal(JsonElement Value) : Node;

    private sealed record Sequence(IReadOnlyList<Node> Items) : Node;

    private sealed record Mapping(IReadOnlyList<KeyValuePair<string, Node>> Members) : Node;

    private sealed record Value(CelProgram Program) : Node;

    private sealed record Joined(IReadOnlyList<object> Parts, bool Encode) : Node;

    /// <summary>A fault found while compiling a template.</summary>
    /// <param name="Pointer">JSON pointer to the string, relative to the template.</param>
    /// <param name="Offset">Offset into the string, in UTF-16 units.</param>
    /// <param name="Message">What is wrong.</param>
    /// <param name="Suggestion">Did you mean.</param>
    public sealed record Fault(string Pointer, int Offset, string Message, string? Suggestion);

    /// <summary>Compiles a template; faults are added to the list, and null is returned if there are any.</summary>
    public static JsonTemplate? Compile(JsonElement source, CelEnvironment environment, ICollection<Fault> faults)
    {
        var compiler = new Compiler(environment, faults);
        var before = faults.Count;
        var root = compiler.Build(source, "");
        return faults.Count == before ? new JsonTemplate(source.Clone(), root, compiler.Programs) : null;
    }

    /// <summary>Renders the template; on an evaluation error returns false and says which expression failed and why.</summary>
    public bool TryRender(ExpressionInput input, out JsonElement value, out string error)
    {
        try
        {
            value = JsonSerializer.SerializeToElement(Render(_root, input));
            error = "";
            return true;
        }
        catch (EvaluationFailure failure)
        {
            value = default;
            error = failure.Message;
            return false;
        }
    }

    private static JsonNode? Render(Node node, ExpressionInput input) => node switch
    {
        Literal literal => JsonSerializer.SerializeToNode(literal.Value),
        Sequence sequence => new JsonArray([.. sequence.Items.Select(item => Render(item, input))]),
        Mapping mapping => new JsonObject(mapping.Members.Select(m => KeyValuePair.Create(m.Key, Render(m.Value, input)))),
        Value value => Evaluate(value.Program, input).ToJson(),
        Joined joined => JsonValue.Create(Join(joined, input)),
        _ => throw new InvalidOperationException("A template node has no renderer."),
    };

    private static string Join(Joined joined, ExpressionInput input)
    {
        var builder = new StringBuilder();
        foreach (var part in joined.Parts)
        {
            if (part is string text) builder.Append(text);
            else
            {
                var program = (CelProgram)part;
                var rendered = Evaluate(program, input).ToJson() switch
                {
                    JsonValue scalar when scalar.TryGetValue<string>(out var s) => s,
                    JsonValue scalar => scalar.ToJsonString(),
                    _ => throw new EvaluationFailure($"${{{program.Source}}} is not a scalar and cannot be joined into a string."),
                };
                builder.Append(joined.Encode ? Uri.EscapeDataString(rendered) : rendered);
            }
        }

        var joinedText = builder.ToString();
        // Percent-encoding leaves dots alone, and URI resolution removes dot segments even when they are encoded (RFC 3986, section 5.2.4).
        if (joined.Encode && joinedText.Split('?')[0].Split('/').Any(segment => segment is "." or ".."))
            throw new EvaluationFailure("A part of the path is \".\" or \"..\", which would lead to another path.");
        return joinedText;
    }

    private static CelValue Evaluate(CelProgram program, ExpressionInput input)
    {
        var value = input.Evaluate(program);
        return value.IsError ? throw new EvaluationFailure($"${{{program.Source}}}: {value.ErrorMessage}") : value;
    }

    /// <summary>Unwinds a render; never leaves this class.</summary>
    private sealed class EvaluationFailure(string message) : Exception(message);

    private sealed class Compiler(CelEnvironment environment, ICollection<Fault> faults)
    {
        internal List<CelProgram> Programs { get; } = [];

        internal Node Build(JsonElement source, string pointer) => source.ValueKind switch
        {
            JsonValueKind.Object => new Mapping([.. source.EnumerateObject().Select(member =>
                KeyValuePair.Create(member.Name, Build(member.Value, $"{pointer}/{JsonPointer.Escape(member.Name)}")))]),
            JsonValueKind.Array => new Sequence([.. source.EnumerateArray().Select((item, index) => Build(item, $"{pointer}/{index}"))]),
            JsonValueKind.String => BuildString(source, pointer),
            _ => new Literal(source.Clone()),
        };

        private Node BuildString(JsonElement source, string pointer)
        {
            var text = source.GetString()!;
            var parts = new List<object>();
            var position = 0;
            while (text.IndexOf("${", position, StringComparison.Ordinal) is var start && start >= 0)
            {
                if (start > position) parts.Add(text[position..start]);
                var end = EndOfExpression(text, start + 2);
                if (end < 0)
                {
                    faults.Add(new Fault(pointer, start, "\"${\" has no closing \"}\".", null));
                    return new Literal(source.Clone());
                }

                if (Compile(text[(start + 2)..end], pointer, start + 2) is { } program) parts.Add(program);
                position = end + 1;
            }

            if (parts.Count == 0) return new Literal(source.Clone());
            if (position < text.Length) parts.Add(text[position..]);
            if (parts is [CelProgram only]) return new Value(only);
            return new Joined(parts, text.StartsWith('/'));
        }

        private CelProgram? Compile(string expression, string pointer, int offset)
        {
            var compilation = environment.Compile(expression);
            foreach (var issue in compilation.Issues) faults.Add(new Fault(pointer, offset + issue.Offset, issue.Message, issue.Suggestion));
            if (compilation.Program is { } program) Programs.Add(program);
            return compilation.Program;
        }

        /// <summary>The brace that closes an expression: strings and nested braces inside CEL do not count.</summary>
        private static int EndOfExpression(string text, int from)
        {
            var depth = 0;
            for (var i = from; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case '\'' or '"':
                        var quote = text[i];
                        for (i++; i < text.Length && text[i] != quote; i++)
                            if (text[i] == '\\') i++;
                        break;
                    case '{': depth++; break;
                    case '}' when depth == 0: return i;
                    case '}': depth--; break;
                    default: break;
                }
            }

            return -1;
        }
    }
}
