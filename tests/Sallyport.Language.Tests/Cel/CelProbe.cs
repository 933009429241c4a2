using System.Text.Json;
using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Short ways to compile and evaluate in tests.</summary>
internal static class CelProbe
{
    private const string RefundSchema = """
        {
          "type": "object", "additionalProperties": false, "required": ["amount_minor", "currency"],
          "properties": {
            "amount_minor": { "type": "integer", "minimum": 1 },
            "currency": { "type": "string", "enum": ["USD", "EUR"] },
            "price": { "type": "number", "multipleOf": 0.01 },
            "ratio": { "type": "number" },
            "note": { "type": ["string", "null"], "maxLength": 100 },
            "tags": { "type": "array", "maxItems": 10, "items": { "type": "string" } },
            "lines": {
              "type": "array", "maxItems": 10,
              "items": {
                "type": "object", "required": ["sku", "qty"],
                "properties": {
                  "sku": { "type": "string" }, "qty": { "type": "integer" }, "price": { "type": "number", "multipleOf": 0.01 },
                  "origin": { "type": "object", "properties": { "country": { "type": "string" }, "tags": { "type": "array", "items": { "type": "string" } } } }
                }
              }
            },
            "customer": { "type": "object", "properties": { "tenure_days": { "type": "integer" }, "a-b": { "type": "integer" } } }
          }
        }
        """;

    public static CelType RefundType { get; } = CelType.FromJsonSchema(Json(RefundSchema));

    public static CelEnvironment Refund { get; } = CelEnvironment.Create([new("args", RefundType), new("facts", CelType.Dyn)]);

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Compiles without variables, or fails the test with the issues.</summary>
    public static CelProgram Compile(string source, CelEnvironment? environment = null)
    {
        var compilation = (environment ?? CelEnvironment.Create([])).Compile(source);
        Assert.True(compilation.Succeeded, string.Join("; ", compilation.Issues));
        return compilation.Program;
    }

    public static CelValue Evaluate(string source, CelOptions? options = null)
    {
        var program = Compile(source, CelEnvironment.Create([], options));
        return program.Evaluate(program.Environment.NewActivation());
    }

    /// <summary>Evaluates against refund arguments and facts given as JSON.</summary>
    public static CelValue Refunds(string source, string args, string facts = "{}")
    {
        var activation = Refund.NewActivation();
        activation.Set("args", Json(args));
        activation.Set("facts", Json(facts));
        return Compile(source, Refund).Evaluate(activation);
    }

    public static CelIssue OnlyIssue(string source, CelEnvironment? environment = null)
    {
        var compilation = (environment ?? Refund).Compile(source);
        Assert.False(compilation.Succeeded, $"'{source}' compiled");
        return Assert.Single(compilation.Issues);
    }
}
