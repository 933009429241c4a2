using System.Text.Json;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

/// <summary>Short ways to compile and to validate in tests.</summary>
internal static class Schemas
{
    /// <summary>The input of the refund tool, the schema that most callers have in mind.</summary>
    public const string Refund = """
        {
          "type": "object",
          "required": ["order_id", "amount_minor", "currency"],
          "additionalProperties": false,
          "properties": {
            "order_id": { "type": "string", "pattern": "^ord_[0-9]{6}$" },
            "amount_minor": { "type": "integer", "minimum": 1, "maximum": 1000000 },
            "currency": { "type": "string", "enum": ["USD", "EUR"] },
            "note": { "type": "string", "maxLength": 20 },
            "lines": { "type": "array", "uniqueItems": true, "items": { "type": "object", "properties": { "sku": { "type": "string" } }, "required": ["sku"] } }
          }
        }
        """;

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 10_000 });
        return document.RootElement.Clone();
    }

    public static Compiled Compile(string schema, SchemaOptions? options = null)
    {
        var compilation = Compiled.Compile(Json(schema), options);
        Assert.Empty(compilation.Issues);
        return compilation.Schema!;
    }

    public static IReadOnlyList<SchemaError> Errors(string schema, string instance, SchemaOptions? options = null) =>
        Compile(schema, options).Validate(Json(instance)).Errors;

    public static SchemaError OnlyError(string schema, string instance, SchemaOptions? options = null) => Assert.Single(Errors(schema, instance, options));

    public static bool IsValid(string schema, string instance, SchemaOptions? options = null) => Compile(schema, options).Validate(Json(instance)).IsValid;

    public static SchemaIssue OnlyIssue(string schema, SchemaOptions? options = null)
    {
        var compilation = Compiled.Compile(Json(schema), options);
        Assert.Null(compilation.Schema);
        return Assert.Single(compilation.Issues);
    }
}
