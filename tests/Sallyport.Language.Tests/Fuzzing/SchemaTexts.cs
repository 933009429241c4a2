using System.Text;
using System.Text.Json;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>JSON Schemas: grown keyword by keyword, mutated, webs of references, nested, noise.</summary>
internal sealed class SchemaTexts(FuzzRandom random, InstanceTexts instances)
{
    /// <summary>What the resolver of the fuzzer knows.</summary>
    internal static readonly JsonElement Remote = JsonDocument.Parse(
        """{"$id":"https://fuzz.example/r","$dynamicAnchor":"d","$defs":{"a":{"$anchor":"a","type":"object"}},"properties":{"a":{"$dynamicRef":"#d"}}}""").RootElement;

    private static readonly string[] Seeds =
    [
        JsonSchema.Schemas.Refund,
        """{"type":"object","additionalProperties":false,"required":["order_id","amount_minor","currency","reason"],"properties":{"order_id":{"type":"string","pattern":"^ord_[0-9]{6,12}$"},"amount_minor":{"type":"integer","minimum":1,"maximum":100000000,"unit":"currency.minor"},"currency":{"type":"string","enum":["USD","EUR"]},"reason":{"type":"string","enum":["damaged","late"]}}}""",
        """{"type":"object","required":["id","flags"],"properties":{"id":{"type":"string"},"email":{"format":"email"},"tenure_days":{"type":"integer","minimum":0},"flags":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100}}}}""",
        """{"$defs":{"t":{"properties":{"a":{"$ref":"#/$defs/t"}},"unevaluatedProperties":false}},"$ref":"#/$defs/t"}""",
        """{"oneOf":[{"required":["a"],"properties":{"a":{"const":1}}},{"contains":{"const":1},"minContains":2}],"unevaluatedItems":false}""",
        """{"if":{"properties":{"a":{"type":"string"}}},"then":{"dependentRequired":{"a":["b"]}},"else":{"dependentSchemas":{"b":{"minProperties":2}}}}""",
        """{"prefixItems":[{"type":"integer"},{"enum":["a",1,[1]]}],"items":{"multipleOf":0.01},"uniqueItems":true}""",
        """{"patternProperties":{"^a":{"type":"null"}},"propertyNames":{"maxLength":3},"additionalProperties":{"format":"date-time"}}""",
    ];

    private static readonly string[] Keywords =
    [
        "type", "const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "items",
        "prefixItems", "contains", "minContains", "maxContains", "uniqueItems", "minItems", "maxItems", "unevaluatedItems", "properties", "patternProperties",
        "additionalProperties", "propertyNames", "required", "dependentRequired", "dependentSchemas", "dependencies", "minProperties", "maxProperties",
        "unevaluatedProperties", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$dynamicRef", "$dynamicAnchor", "$anchor", "$id", "$defs", "$schema",
        "contentSchema", "title", "default", "examples", "deprecated", "unit", "unknown", "$vocabulary", "$comment", "definitions", "$recursiveRef",
    ];

    private static readonly string[] Types = ["string", "integer", "number", "object", "array", "null", "boolean", "strin"];

    private static readonly string[] References =
    [
        "#", "#/$defs/a", "#/$defs/b", "#/properties/a", "#/allOf/0", "#/items", "#a", "#b", "#d", "r", "https://fuzz.example/r", "https://fuzz.example/r#a", "other.json#d",
        "https://json-schema.org/draft/2020-12/schema", "urn:x:y", "urn:x:y#/$defs/a", "", "//[::1]", "../..", "?q#%41", "#/%zz", "#/~2", "x:\ud800", "#/unknown/0", "::",
    ];

    private static readonly string[] Patterns = ["^a+$", "[^a]", "\\\\d", "b|", "^ord_[0-9]{6}$", "^[a-z]{1,3}$", "a", "\\\\S", "^.$", "^[é😀]"];

    private static readonly string[] Formats =
    [
        "date", "time", "date-time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uri-template",
        "uuid", "json-pointer", "relative-json-pointer", "regex", "x",
    ];

    private static readonly string[] Tokens = ["{", "}", "[", "]", ",", ":", "\"", "\"type\":", "\"$ref\":\"#\"", "\"not\":{", "true", "false", "null", "1e999", "\"a\"", "\\u0024id"];

    private readonly FuzzText _text = new(random);

    internal string Next() => random.Below(100) switch
    {
        < 55 => Schema(4),
        < 72 => instances.Changed(random.Pick<string>(Seeds)),
        < 82 => _text.Mutate(random.Pick<string>(Seeds), random.Pick<string>(Seeds), Tokens),
        < 85 => _text.Nested(random.Pick<string>(["{\"not\":", "{\"items\":", "{\"properties\":{\"a\":{},\"b\":"]), "true", "}", 100),
        < 87 when random.Chance(8) => $$"""{"{{random.Pick<string>(["pattern", "x"])}}":"{{_text.Evil()}}"}""",
        < 87 when random.Chance(8) => $$$"""{"patternProperties":{"{{{_text.Evil()}}}":{"pattern":"{{{_text.Evil()}}}"} }}""",
        < 92 => Web(),
        < 94 => $$"""{"multipleOf":{{_text.HugeNumber()}},"maximum":{{_text.HugeNumber()}},"enum":[{{_text.HugeNumber()}}]}""",
        < 96 => instances.Next(),
        < 98 => _text.Soup(Tokens, 20),
        _ => _text.Units(40),
    };

    /// <summary>Definitions that refer to one another, in place and below.</summary>
    private string Web()
    {
        var text = new StringBuilder("{\"$ref\":\"#/$defs/n0\",\"$defs\":{");
        var count = 2 + random.Below(5);
        for (var i = 0; i < count; i++)
        {
            var keyword = random.Pick<string>(["$ref", "$ref", "$dynamicRef"]);
            var (x, y) = (random.Below(count), random.Below(count));
            text.Append(i > 0 ? "," : "").Append(random.Below(4) switch
            {
                0 => $$$""" "n{{{i}}}":{"properties":{"a":{"{{{keyword}}}":"#/$defs/n{{{x}}}"}},"anyOf":[{"$ref":"#/$defs/n{{{y}}}"},true]}""",
                1 => $$$""" "n{{{i}}}":{"$id":"n{{{i}}}","items":{"{{{keyword}}}":"n{{{x}}}#d"},"$dynamicAnchor":"d","unevaluatedProperties":{"$ref":"n{{{y}}}"}}""",
                2 => $$$""" "n{{{i}}}":{"$anchor":"d{{{i}}}","oneOf":[{"type":"object","additionalProperties":{"$ref":"#/$defs/n{{{x}}}"}},{"type":"array","items":{"$ref":"#d{{{y}}}"}}]}""",
                _ => $$$""" "n{{{i}}}":{"if":{"required":["a"]},"then":{"properties":{"a":{"$ref":"#/$defs/n{{{x}}}"} } },"else":{{{Schema(1)}}} }""",
            });
        }

        return text.Append("}}").ToString();
    }

    private string Schema(int depth)
    {
        var text = new StringBuilder();
        Append(text, depth);
        return text.ToString();
    }

    private void Append(StringBuilder text, int depth)
    {
        if (depth == 0 || random.Chance(8))
        {
            text.Append(random.Chance(6) ? "false" : "true");
            return;
        }

        text.Append('{');
        var used = 0UL;
        var first = true;
        for (var i = 1 + random.Below(4); i > 0; i--)
        {
            var at = random.Below(Keywords.Length);
            // A name that stands twice is an issue, and then nothing else is tested.
            if ((used & (1UL << at)) != 0 && !random.Chance(50)) continue;
            used |= 1UL << at;
            text.Append(first ? "" : ",").Append('"').Append(Keywords[at]).Append("\":");
            AppendValue(text, Keywords[at], depth - 1);
            first = false;
        }

        text.Append('}');
    }

    private void AppendValue(StringBuilder text, string keyword, int depth)
    {
        if (random.Chance(60))
        {
            text.Append(instances.Value(2));
            return;
        }

        switch (keyword)
        {
            case "prefixItems" or "allOf" or "anyOf" or "oneOf":
                AppendAll(text, depth, "[", "", "", "]");
                break;
            case "properties" or "dependentSchemas" or "$defs" or "definitions" or "dependencies":
                AppendAll(text, depth, "{", "\"a\":", "\"b\":", "}");
                break;
            case "patternProperties":
                AppendAll(text, depth, "{", $"\"{random.Pick<string>(Patterns)}\":", "\"b$\":", "}");
                break;
            case "items" or "contains" or "unevaluatedItems" or "additionalProperties" or "propertyNames" or "unevaluatedProperties" or "not" or "if" or "then" or "else"
                or "contentSchema":
                Append(text, depth);
                break;
            default:
                text.Append(Plain(keyword));
                break;
        }
    }

    private void AppendAll(StringBuilder text, int depth, string open, string first, string second, string close)
    {
        text.Append(open).Append(first);
        Append(text, depth);
        text.Append(',').Append(second);
        Append(text, depth);
        text.Append(close);
    }

    private string Plain(string keyword) => keyword switch
    {
        "type" => random.Chance(4) ? $"[\"{random.Pick<string>(Types)}\",\"{random.Pick<string>(Types)}\"]" : $"\"{random.Pick<string>(Types)}\"",
        "enum" or "examples" => $"[{instances.Value(1)},{instances.Value(2)},{instances.Scalar()}]",
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" => random.Pick<string>(["0", "1", "2", "0.01", "-1.5", "1e2", "1e400", "3e-7", "99999999999999999999"]),
        "minLength" or "maxLength" or "minContains" or "maxContains" or "minItems" or "maxItems" or "minProperties" or "maxProperties" =>
            random.Pick<string>(["0", "1", "2", "3", "2.0", "1e1", "99999999999"]),
        "pattern" => $"\"{random.Pick<string>(Patterns)}\"",
        "format" => $"\"{random.Pick<string>(Formats)}\"",
        "uniqueItems" or "deprecated" => random.Chance(5) ? "false" : "true",
        "required" => $"[\"{instances.Name()}\"]",
        "dependentRequired" => $"{{\"a\":[\"b\"],\"{instances.Name()}\":[\"{instances.Name()}\"]}}",
        "$ref" or "$dynamicRef" or "$id" or "$recursiveRef" => $"\"{random.Pick<string>(References)}\"",
        "$schema" => $"\"https://json-schema.org/draft/2020-12/{(random.Chance(8) ? "x" : "schema")}\"",
        "$anchor" or "$dynamicAnchor" => random.Pick<string>(["\"a\"", "\"b\"", "\"d\""]),
        "title" or "$comment" => "\"text\"",
        "$vocabulary" => "{\"https://json-schema.org/draft/2020-12/vocab/core\":true}",
        _ => instances.Value(2),
    };
}
