using System.Text.Json;
using System.Xml;
using Sallyport.Cel;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>One YAML file of a bundle while it is compiled: typed reading with every fault placed at its line and column.</summary>
internal sealed class BundleSection(YamlSource source, ICollection<BundleFault> faults)
{
    internal string File => source.File;

    internal JsonElement Root => source.Root;

    /// <summary>Reads a file and checks it against the published schema of its kind; null when it cannot be used at all.</summary>
    internal static BundleSection? Open(string file, string text, string kind, ICollection<BundleFault> faults)
    {
        if (YamlSource.Parse(file, text, faults) is not { } source) return null;
        var section = new BundleSection(source, faults);
        var result = BundleSchemas.Get(kind).Validate(source.Root);
        foreach (var error in result.Errors)
        {
            // What nobody knows is wrong in its name, not in its value.
            if (error.Keyword is "additionalProperties" or "unevaluatedProperties" or "propertyNames") section.FaultAtKey(error.InstancePath, error.Message);
            else section.Fault(error.InstancePath, error.Message);
        }

        return result.IsValid ? section : null;
    }

    internal void Fault(string pointer, string message, string? suggestion = null, int? offset = null) =>
        faults.Add(source.At(pointer, message, suggestion, offset));

    internal void FaultAtKey(string pointer, string message, string? suggestion = null) =>
        faults.Add(source.AtKey(pointer, message, suggestion));

    /// <summary>Where the text of a value starts.</summary>
    internal SourcePlace Place(string pointer)
    {
        var at = source.At(pointer, "", offset: 0);
        return new SourcePlace(at.File, at.Line, at.Column);
    }

    internal JsonElement? Find(string pointer) =>
        JsonPointer.Find(Root, pointer.Length == 0 ? [] : [.. pointer[1..].Split('/').Select(Unescape)]);

    internal string Text(string pointer) => Find(pointer)?.GetString() ?? "";

    internal string? OptionalText(string pointer) => Find(pointer)?.GetString();

    internal IReadOnlyList<string> Texts(string pointer) =>
        Find(pointer) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    /// <summary>Pointers of the items of a list, or of the members of a mapping.</summary>
    internal IEnumerable<string> Children(string pointer) => Find(pointer) switch
    {
        { ValueKind: JsonValueKind.Array } list => Enumerable.Range(0, list.GetArrayLength()).Select(i => $"{pointer}/{i}"),
        { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Select(m => $"{pointer}/{JsonPointer.Escape(m.Name)}"),
        _ => [],
    };

    internal TimeSpan Duration(string pointer)
    {
        try
        {
            return XmlConvert.ToTimeSpan(Text(pointer));
        }
        catch (FormatException)
        {
            Fault(pointer, $"\"{Text(pointer)}\" is not an ISO 8601 duration such as PT10S or P1D.");
            return TimeSpan.Zero;
        }
    }

    /// <summary>Compiles the expression at a pointer; a fault points into the expression.</summary>
    internal CelProgram? Expression(string pointer, CelEnvironment environment)
    {
        var compilation = environment.Compile(Text(pointer));
        foreach (var issue in compilation.Issues) Fault(pointer, issue.Message, issue.Suggestion, issue.Offset);
        return compilation.Program;
    }

    /// <summary>The same, and the type must be bool.</summary>
    internal CelProgram? Condition(string pointer, CelEnvironment environment)
    {
        var program = Expression(pointer, environment);
        if (program is null || program.ResultType.Kind is CelTypeKind.Bool or CelTypeKind.Dyn) return program;
        Fault(pointer, $"A condition must be true or false, but this is {program.ResultType}.");
        return null;
    }

    internal JsonTemplate? Template(string pointer, CelEnvironment environment)
    {
        if (Find(pointer) is not { } value) return null;
        var found = new List<JsonTemplate.Fault>();
        var template = JsonTemplate.Compile(value, environment, found);
        foreach (var fault in found) Fault(pointer + fault.Pointer, fault.Message, fault.Suggestion, fault.Offset);
        return template;
    }

    /// <summary>Compiles a JSON Schema written inside the bundle; unknown keywords are faults, so that a typo cannot loosen a contract.</summary>
    internal JsonSchema.JsonSchema? Schema(string pointer)
    {
        var compilation = JsonSchema.JsonSchema.Compile(Find(pointer) ?? default, BundleSchemas.Strict);
        foreach (var issue in compilation.Issues) Fault(pointer + issue.SchemaPath, issue.Message, issue.Suggestion);
        return compilation.Schema;
    }

    private static string Unescape(string token) => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
