using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Tools;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sallyport.Workflows;

/// <summary>
/// A YAML file read as JSON that remembers where everything stood. Scalars follow the YAML 1.2 core schema. Anchors, aliases, tags,
/// merge keys and several documents are refused: what is reviewed must be what is run.
/// </summary>
internal sealed class YamlSource
{
    private const int MaxDepth = 40;
    private readonly Dictionary<string, Mark> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _quoted = new(StringComparer.Ordinal);

    private YamlSource(string file) => File = file;

    internal string File { get; }

    internal JsonElement Root { get; private set; }

    /// <summary>Parses; on a fault returns null and adds it.</summary>
    internal static YamlSource? Parse(string file, string text, ICollection<BundleFault> faults)
    {
        var source = new YamlSource(file);
        try
        {
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            if (stream.Documents.Count != 1)
            {
                faults.Add(new BundleFault(file, 1, 1, $"The file holds {stream.Documents.Count} YAML documents; exactly one is expected."));
                return null;
            }

            source.Root = JsonSerializer.SerializeToElement(source.Convert(stream.Documents[0].RootNode, "", 0));
            return source;
        }
        catch (YamlException fault)
        {
            var message = fault.InnerException?.Message ?? fault.Message;
            faults.Add(new BundleFault(file, Line(fault.Start), Column(fault.Start), "Not valid YAML: " + message));
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException)
        {
            // YamlDotNet lets these out on some malformed input.
            faults.Add(new BundleFault(file, 1, 1, "Not valid YAML: " + fault.Message));
        }

        return null;
    }

    /// <summary>A fault at the value of a pointer; an unknown pointer falls back to its nearest known parent.</summary>
    /// <param name="pointer">JSON pointer.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="suggestion">Did you mean.</param>
    /// <param name="offset">Where inside the text of the value; null for the value as a whole.</param>
    internal BundleFault At(string pointer, string message, string? suggestion = null, int? offset = null)
    {
        var known = pointer;
        while (!_values.ContainsKey(known) && known.Length > 0) known = known[..Math.Max(0, known.LastIndexOf('/'))];
        var mark = _values.GetValueOrDefault(known, Mark.Empty);
        var shift = known == pointer && offset is { } inside ? inside + (_quoted.Contains(known) ? 1 : 0) : 0;
        return new BundleFault(File, Line(mark), Column(mark) + shift, message, suggestion);
    }

    /// <summary>A fault at the key of a pointer.</summary>
    internal BundleFault AtKey(string pointer, string message, string? suggestion = null) =>
        _keys.TryGetValue(pointer, out var mark)
            ? new BundleFault(File, Line(mark), Column(mark), message, suggestion)
            : At(pointer, message, suggestion);

    private JsonNode? Convert(YamlNode node, string pointer, int depth)
    {
        if (depth > MaxDepth) throw new SemanticErrorException(node.Start, node.End, $"Nested deeper than {MaxDepth} levels.");
        if (!node.Anchor.IsEmpty) throw new SemanticErrorException(node.Start, node.End, "Anchors and aliases are not allowed; write the value out.");
        if (!node.Tag.IsEmpty && node.Tag.Value != "!") throw new SemanticErrorException(node.Start, node.End, "Tags are not allowed.");
        _values[pointer] = node.Start;
        switch (node)
        {
            case YamlMappingNode mapping:
                var result = new JsonObject();
                foreach (var (keyNode, valueNode) in mapping.Children)
                {
                    if (keyNode is not YamlScalarNode { Value: { } key })
                        throw new SemanticErrorException(keyNode.Start, keyNode.End, "A key must be a plain name.");
                    if (key == "<<") throw new SemanticErrorException(keyNode.Start, keyNode.End, "Merge keys are not allowed; write the value out.");
                    var child = $"{pointer}/{JsonPointer.Escape(key)}";
                    _keys[child] = keyNode.Start;
                    if (!result.TryAdd(key, Convert(valueNode, child, depth + 1)))
                        throw new SemanticErrorException(keyNode.Start, keyNode.End, $"The key \"{key}\" stands twice.");
                }

                return result;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var item in sequence.Children) items.Add(Convert(item, $"{pointer}/{items.Count}", depth + 1));
                return items;
            case YamlScalarNode scalar:
                if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted) _quoted.Add(pointer);
                return Scalar(scalar);
            default:
                throw new SemanticErrorException(node.Start, node.End, "Only mappings, sequences and scalars are allowed.");
        }
    }

    /// <summary>YAML 1.2, section 10.3.2: only plain scalars are typed; a quoted one is a string.</summary>
    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain) return JsonValue.Create(text);
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "true" or "True" or "TRUE": return JsonValue.Create(true);
            case "false" or "False" or "FALSE": return JsonValue.Create(false);
            default: break;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return JsonValue.Create(integer);
        var numeric = text.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') && text.Any(char.IsAsciiDigit);
        if (numeric && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
        return JsonValue.Create(text);
    }

    private static int Line(Mark mark) => (int)Math.Max(1, mark.Line);

    private static int Column(Mark mark) => (int)Math.Max(1, mark.Column);
}
