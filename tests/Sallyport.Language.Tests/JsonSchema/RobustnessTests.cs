using System.Text;
using System.Text.Json;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

/// <summary>Random schemas against random instances. More rounds: set <c>SALLYPORT_FUZZ_ROUNDS</c>; a known case: <c>SALLYPORT_FUZZ_SEED</c>.</summary>
public sealed class RobustnessTests(ITestOutputHelper output)
{
    private static readonly string[] Keywords =
    [
        "type", "const", "enum", "minimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "items", "prefixItems", "contains",
        "minContains", "maxContains", "uniqueItems", "minItems", "unevaluatedItems", "properties", "patternProperties", "additionalProperties", "propertyNames",
        "required", "dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref",
        "$dynamicRef", "$dynamicAnchor", "$anchor", "$id", "$defs", "$schema", "unknown",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "b", "#", "#a", "#/$defs/a", "#/properties/a", "a.json", "string", "integer", "object", "^a+$", "(", "(?=a)", "[^a]", "date-time", "idn-hostname",
        "uri", "2020-02-30", "https://json-schema.org/draft/2020-12/schema", "xn--a", "\u00e9", "\uD83D\uDC32", "1e5", "~1/~0", "%", "\u0000", "urn:x", "//[::1]",
    ];

    private static readonly string[] Numbers = ["0", "-0", "1", "2", "-1", "0.5", "1.0", "1e2", "1e400", "-3.25E-7", "99999999999999999999", "1e999999999999"];

    [Fact]
    public void CompileAndValidate_RandomInput_NeverThrowsAndIsRepeatable()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SALLYPORT_FUZZ_SEED"), out var given) ? given : Environment.TickCount;
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("SALLYPORT_FUZZ_ROUNDS"), out var wanted) ? wanted : 5_000;
        output.WriteLine($"seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        var (compiled, valid) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var (schema, instance) = (RandomSchema(random, 4), RandomValue(random, 4));
            try
            {
                var options = new SchemaOptions
                {
                    AssertFormats = random.Next(2) == 0, MaxEvaluations = 20_000, RefuseUnknownKeywords = random.Next(8) == 0,
                    Resolver = _ => random.Next(4) == 0 ? Schemas.Json(RandomSchema(random, 2)) : null,
                };
                var compilation = Compiled.Compile(Schemas.Json(schema), options);
                Assert.Equal(compilation.Schema is null, compilation.Issues.Count > 0);
                if (compilation.Schema is null) continue;
                compiled++;
                var first = compilation.Schema.Validate(Schemas.Json(instance));
                var second = compilation.Schema.Validate(Schemas.Json(instance));
                Assert.Equal(first.Errors, second.Errors);
                Assert.All(first.Errors, e => Assert.True(e.Message[^1] is '.' or '?', e.Message));
                valid += first.IsValid ? 1 : 0;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}\nschema {schema}\ninstance {instance}", error);
            }
        }

        output.WriteLine($"{compiled} compiled, {valid} valid");
        Assert.True(compiled > rounds / 20, $"seed {seed}: only {compiled} of {rounds} schemas compiled");
    }

    [Fact]
    public void Formats_RandomText_NeverThrow()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        const string alphabet = "0123456789abcdefxnPTZ:-+./#?@[]{}%~\"\\*,= \u00b7\u0628\u0660\u200c\u200d\u3002\u30fb\uD83D\uDC32";
        foreach (var name in Sallyport.JsonSchema.Formats.FormatTable.Names)
        {
            var check = Sallyport.JsonSchema.Formats.FormatTable.Find(name)!;
            for (var round = 0; round < 5_000; round++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => alphabet[random.Next(alphabet.Length)]));
                var exception = Record.Exception(() => check(text));
                Assert.True(exception is null, $"seed {seed}, format {name}, text {JsonSerializer.Serialize(text)}: {exception}");
            }
        }
    }

    private static string RandomSchema(Random random, int depth)
    {
        if (depth == 0 || random.Next(8) == 0) return random.Next(6) == 0 ? "false" : "true";
        var text = new StringBuilder("{");
        var used = new HashSet<string>();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var keyword = Keywords[random.Next(Keywords.Length)];
            if (!used.Add(keyword)) continue;
            text.Append(text.Length > 1 ? "," : "").Append(Quote(keyword)).Append(':').Append(RandomKeywordValue(random, keyword, depth - 1));
        }

        return text.Append('}').ToString();
    }

    private static string RandomKeywordValue(Random random, string keyword, int depth)
    {
        if (random.Next(40) == 0) return RandomValue(random, 2);
        return keyword switch
        {
            "type" => Quote(Pick(random, ["string", "integer", "number", "object", "array", "null", "boolean"])),
            "enum" => $"[{RandomValue(random, 1)},{RandomValue(random, 2)}]",
            "minimum" or "exclusiveMaximum" or "multipleOf" => Pick(random, Numbers),
            "minLength" or "maxLength" or "minContains" or "maxContains" or "minItems" => random.Next(4).ToString(),
            "pattern" => Quote(Pick(random, ["^a+$", "[^a]", "(?=a)", "\\d", "b|", "(", "\\p{Nl}"])),
            "format" => Quote(Pick(random, ["date-time", "idn-hostname", "uri", "email", "regex", "x"])),
            "uniqueItems" => "true",
            "prefixItems" or "allOf" or "anyOf" or "oneOf" => $"[{RandomSchema(random, depth)},{RandomSchema(random, depth)}]",
            "properties" or "patternProperties" or "dependentSchemas" or "$defs" or "dependencies" =>
                $"{{\"a\":{RandomSchema(random, depth)},\"b\":{RandomSchema(random, depth)}}}",
            "required" => "[\"a\"]",
            "dependentRequired" => "{\"a\":[\"b\"]}",
            "$ref" or "$dynamicRef" or "$id" => Quote(Pick(random, Texts)),
            "$schema" => Quote("https://json-schema.org/draft/2020-12/schema"),
            "$anchor" or "$dynamicAnchor" => Quote(Pick(random, ["a", "b"])),
            "const" or "unknown" => RandomValue(random, 2),
            _ => RandomSchema(random, depth),
        };
    }

    private static string RandomValue(Random random, int depth) => random.Next(depth == 0 ? 5 : 8) switch
    {
        0 => "null",
        1 => "true",
        2 => Pick(random, Numbers),
        3 or 4 => random.Next(50) == 0 ? "\"\\ud800\"" : Quote(Pick(random, Texts)),
        5 or 6 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Quote(Pick(random, ["a", "b", "c", "aa", "\u00e9"]))}:{RandomValue(random, depth - 1)}"))}}}",
        _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(9)).Select(_ => RandomValue(random, depth - 1)))}]",
    };

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
