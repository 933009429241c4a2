using System.Text;
using System.Text.Json;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>
/// The compiler of JSON Schema and the validator. Whatever the documents: no exception, the same answer again, messages in sentences, and
/// <c>not</c> and <c>anyOf</c> mean what they say.
/// </summary>
internal sealed class SchemaFuzzTarget : FuzzTarget
{
    /// <summary>As many instances in a row meet one schema: compiling is most of the work, validating most of the interest.</summary>
    private const ulong InstancesPerSchema = 16;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 1000, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly SchemaOptions Loose = Options(assertFormats: false, refuseUnknown: false);
    private static readonly SchemaOptions Strict = Options(assertFormats: true, refuseUnknown: true);
    private static readonly SchemaOptions Asserting = Options(assertFormats: true, refuseUnknown: false);

    private readonly FuzzRandom _random = new();
    private readonly SchemaTexts _schemas;
    private readonly InstanceTexts _instances;
    private string _text = "";
    private Prepared? _prepared;

    internal SchemaFuzzTarget()
    {
        _instances = new InstanceTexts(_random);
        _schemas = new SchemaTexts(_random, _instances);
    }

    internal override FuzzInput Create(ulong seed, ulong number)
    {
        _random.Reset(~seed, number / InstancesPerSchema);
        var schema = _schemas.Next();
        _random.Reset(seed, number);
        return new FuzzInput(schema, _instances.Next());
    }

    internal override FuzzReach Examine(FuzzInput input)
    {
        if (_prepared is null || input.Program != _text) (_text, _prepared) = (input.Program, null);
        _prepared ??= Prepare(input.Program);
        if (_prepared.Schema is not { } schema || Parse(input.Data) is not { } document) return FuzzReach.Refused;

        using (document)
        {
            var result = schema.Validate(document.RootElement);
            var again = schema.Validate(document.RootElement);
            if (IsLimited(result) || IsLimited(again)) return FuzzReach.Ran;
            BrokenPromiseException.Unless(result.Errors.SequenceEqual(again.Errors), "the second validation gave something else");
            BrokenPromiseException.Unless(result.Errors.Count <= Loose.MaxErrors, $"{result.Errors.Count} errors");
            foreach (var error in result.Errors)
                BrokenPromiseException.Unless(error.Message is [.., '.' or '?'] && error.Keyword.Length > 0, $"an odd error: {error}");
            ExamineLogic(result.IsValid, document.RootElement);
            return result.IsValid ? FuzzReach.Succeeded : FuzzReach.Ran;
        }
    }

    private void ExamineLogic(bool isValid, JsonElement instance)
    {
        if (_prepared is not { Opposite: { } opposite, Twice: { } twice }) return;
        var denied = opposite.Validate(instance);
        if (!IsLimited(denied)) BrokenPromiseException.Unless(denied.IsValid != isValid, $"not turned {isValid} into {denied.IsValid}");
        var either = twice.Validate(instance);
        if (!IsLimited(either)) BrokenPromiseException.Unless(either.IsValid == isValid, $"anyOf turned {isValid} into {either.IsValid}");
    }

    private static Prepared Prepare(string text)
    {
        if (Parse(text) is not { } document) return new Prepared(null, null, null);
        using (document)
        {
            var options = (text.Length % 3) switch { 0 => Loose, 1 => Asserting, _ => Strict };
            var compilation = Compiled.Compile(document.RootElement, options);
            BrokenPromiseException.Unless(compilation.Schema is null == compilation.Issues.Count > 0, "issues and success disagree");
            BrokenPromiseException.Unless(compilation.Issues.All(i => i.Message.Length > 0), "an issue without a message");
            // Under another keyword a reference, an identifier or an anchor would mean something else.
            if (compilation.Schema is null || text.Contains('$') || text.Contains('\\') || text.Length % 2 == 0)
                return new Prepared(compilation.Schema, null, null);
            return new Prepared(compilation.Schema, Wrap($$"""{"not":{{text}}}"""), Wrap($$"""{"anyOf":[{{text}},{{text}}]}"""));

            Compiled? Wrap(string wrapped)
            {
                using var whole = Parse(wrapped);
                return whole is null ? null : Compiled.Compile(whole.RootElement, options).Schema;
            }
        }
    }

    /// <summary>A verdict that a limit made says nothing about logic, and limits of time nothing twice.</summary>
    private static bool IsLimited(SchemaResult result) => result.Errors.Any(e => e.Keyword == "limit");

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(Bytes(text), Lenient);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>UTF-8, except that the units U+DC80 to U+DCFF standing alone are bytes: so a text can hold what is not UTF-8.</summary>
    private static byte[] Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (text.AsSpan().IndexOfAnyInRange('\uDC80', '\uDCFF') < 0) return bytes;
        var mixed = new List<byte>(bytes.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text, i);
            if (text[i] is >= '\uDC80' and <= '\uDCFF') mixed.Add((byte)text[i]);
            else mixed.AddRange(Encoding.UTF8.GetBytes(text, i, isPair ? 2 : 1));
            i += isPair ? 1 : 0;
        }

        return [.. mixed];
    }

    private static SchemaOptions Options(bool assertFormats, bool refuseUnknown) => new()
    {
        AssertFormats = assertFormats, RefuseUnknownKeywords = refuseUnknown, MaxEvaluations = 3_000,
        PatternTimeout = TimeSpan.FromMilliseconds(2), MaxDocuments = 4, ExtraKeywords = new HashSet<string> { "unit" },
        Resolver = uri => uri.Host == "fuzz.example" ? SchemaTexts.Remote : null,
    };

    private sealed record Prepared(Compiled? Schema, Compiled? Opposite, Compiled? Twice);
}
