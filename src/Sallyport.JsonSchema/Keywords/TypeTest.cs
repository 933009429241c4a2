using System.Runtime.InteropServices;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>The types of validation §6.1.1.</summary>
[Flags]
internal enum JsonTypes
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>A list.</summary>
    Array = 1,

    /// <summary>True or false.</summary>
    Boolean = 2,

    /// <summary>A number without a fractional part, however it is written.</summary>
    Integer = 4,

    /// <summary>The null value.</summary>
    Null = 8,

    /// <summary>Any number.</summary>
    Number = 16,

    /// <summary>An object.</summary>
    Object = 32,

    /// <summary>A string.</summary>
    String = 64,
}

/// <summary><c>type</c>.</summary>
internal sealed class TypeTest(string schemaPath, JsonTypes allowed) : Assertion(schemaPath, "type")
{
    public override EvaluationOrder Order => EvaluationOrder.Type;

    public static JsonTypes Parse(string name) => name switch
    {
        "array" => JsonTypes.Array,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "null" => JsonTypes.Null,
        "number" => JsonTypes.Number,
        "object" => JsonTypes.Object,
        "string" => JsonTypes.String,
        _ => JsonTypes.None,
    };

    protected override bool Holds(in JsonElement instance, EvaluationContext context) => instance.ValueKind switch
    {
        JsonValueKind.Array => Allows(JsonTypes.Array),
        JsonValueKind.Object => Allows(JsonTypes.Object),
        JsonValueKind.String => Allows(JsonTypes.String),
        JsonValueKind.True or JsonValueKind.False => Allows(JsonTypes.Boolean),
        JsonValueKind.Null => Allows(JsonTypes.Null),
        JsonValueKind.Number => Allows(JsonTypes.Number) || (Allows(JsonTypes.Integer) && IsInteger(instance)),
        _ => false,
    };

    protected override string Describe(in JsonElement instance, EvaluationContext context)
    {
        var names = Enum.GetValues<JsonTypes>().Where(t => t != JsonTypes.None && Allows(t)).Select(Article);
        var got = instance.ValueKind is JsonValueKind.Number && Allows(JsonTypes.Integer) ? context.Got(instance)
            : $", got {JsonDisplay.Kind(instance.ValueKind)}";
        return $"must be {string.Join(" or ", names)}{got}";
    }

    private static bool IsInteger(in JsonElement number)
    {
        if (number.TryGetInt64(out _)) return true;
        return JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(number), out var exact) && exact.IsInteger;
    }

    private static string Article(JsonTypes type) => type switch
    {
        JsonTypes.Array => "an array",
        JsonTypes.Integer => "a whole number",
        JsonTypes.Null => "null",
        JsonTypes.Object => "an object",
        _ => $"a {type.ToString().ToLowerInvariant()}",
    };

    private bool Allows(JsonTypes type) => (allowed & type) != JsonTypes.None;
}
