using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

public sealed class CelTypeTests
{
    [Theory]
    [InlineData("[optional.none(), optional.of(1)]", "list(optional_type(int))")]
    [InlineData("true ? optional.of(1) : optional.of(dyn(1))", "optional_type(dyn)")]
    [InlineData("[optional.of(1), null][0]", "optional_type(int)")]
    [InlineData("[null, timestamp(0)]", "list(timestamp)")]
    [InlineData("[[], [[]], [[[]]]]", "list(list(list(list(dyn))))")]
    [InlineData("[1, 'a']", "list(dyn)")]
    [InlineData("{'a': [1]}.a[0]", "int")]
    [InlineData("{1: 'a', 2u: 'b'}", "map(dyn, string)")]
    [InlineData("[1].map(x, string(x))", "list(string)")]
    [InlineData("{'a': 1}.transformMap(k, v, v > 0)", "map(string, bool)")]
    [InlineData("[args, {'a': 1}]", "list(map(string, dyn))")]
    [InlineData("[args, {facts.x: 1}]", "list(map(dyn, dyn))")]
    [InlineData("args.note", "wrapper(string)")]
    [InlineData("args.price * 2", "decimal")]
    [InlineData("args.price * 0.5", "decimal")]
    [InlineData("args.price in [?optional.of(1)]", "bool")]
    [InlineData("args.?price", "optional_type(decimal)")]
    [InlineData("args.price / 3 + 1", "decimal")]
    [InlineData("args.ratio + 1.0", "double")]
    [InlineData("timestamp(0) - timestamp(1)", "duration")]
    [InlineData("type(1)", "type(int)")]
    public void ResultType_Expression_IsDeduced(string source, string expected) =>
        Assert.Equal(expected, CelProbe.Compile(source, CelProbe.Refund).ResultType.ToString());

    /// <summary>Our decimals take part only where one can occur; elsewhere the specification's overloads decide alone.</summary>
    [Theory]
    [InlineData("[].map(x, x + 1)", "list(int)")]
    [InlineData("1 - dyn(1)", "int")]
    [InlineData("dyn(1u) % 2u", "uint")]
    [InlineData("math.ceil(dyn(1.0))", "double")]
    [InlineData("dyn(decimal('1')) + 1", "dyn")]
    public void ResultType_NoDecimalInSight_IsThatOfTheSpecification(string source, string expected) =>
        Assert.Equal(expected, CelProbe.Compile(source).ResultType.ToString());

    [Theory]
    [InlineData("""{ "type": "integer" }""", "int")]
    [InlineData("""{ "type": "number" }""", "double")]
    [InlineData("""{ "type": "number", "multipleOf": 0.01 }""", "decimal")]
    [InlineData("""{ "type": "string", "format": "decimal" }""", "decimal")]
    [InlineData("""{ "type": ["integer", "null"] }""", "wrapper(int)")]
    [InlineData("""{ "type": ["integer", "string"] }""", "dyn")]
    [InlineData("""{ "enum": ["a", "b"] }""", "string")]
    [InlineData("""{ "enum": ["a", 1] }""", "dyn")]
    [InlineData("""{ "const": true }""", "bool")]
    [InlineData("""{ "type": "array", "items": { "type": "string" } }""", "list(string)")]
    [InlineData("""{ "type": "array", "prefixItems": [{}], "items": { "type": "string" } }""", "list(dyn)")]
    [InlineData("""{ "type": "object", "additionalProperties": { "type": "integer" } }""", "map(string, int)")]
    [InlineData("""{ "$ref": "#/$defs/a~1b", "$defs": { "a/b": { "type": "boolean" } } }""", "bool")]
    [InlineData("""{ "$ref": "#/$defs/list", "$defs": { "list": { "type": "array", "items": { "$ref": "#/$defs/list" } } } }""", "list(dyn)")]
    [InlineData("""{ "anyOf": [{ "type": "string" }, { "type": "null" }] }""", "wrapper(string)")]
    [InlineData("true", "dyn")]
    [InlineData("""{ "$ref": "https://example.com/other" }""", "dyn")]
    public void FromJsonSchema_Schema_DescribesEveryInstance(string schema, string expected) =>
        Assert.Equal(expected, CelType.FromJsonSchema(CelProbe.Json(schema)).ToString());

    [Fact]
    public void FromJsonSchema_ReferencesThatDouble_IsLinear()
    {
        var definitions = string.Join(",", Enumerable.Range(0, 60).Select(i =>
            $$"""
            "d{{i}}": { "type": "object", "properties": { "l": { "$ref": "#/$defs/d{{i + 1}}" }, "r": { "$ref": "#/$defs/d{{i + 1}}" } } }
            """));
        var type = CelType.FromJsonSchema(CelProbe.Json($$"""{ "$ref": "#/$defs/d0", "$defs": { {{definitions}}, "d60": { "type": "string" } } }"""));
        Assert.Equal(CelTypeKind.Object, type.Kind);
    }

    [Theory]
    [InlineData("1", CelValueKind.Int)]
    [InlineData("-0", CelValueKind.Int)]
    [InlineData("1.0", CelValueKind.Double)]
    [InlineData("1e2", CelValueKind.Double)]
    [InlineData("9223372036854775807", CelValueKind.Int)]
    [InlineData("9223372036854775808", CelValueKind.Double)]
    [InlineData("{\"a\": 1, \"a\": 2}", CelValueKind.Error)]
    [InlineData("\"\\ud800\"", CelValueKind.Error)]
    [InlineData("null", CelValueKind.Null)]
    public void FromJson_WithoutType_ReadsByTheLiteral(string json, CelValueKind kind) =>
        Assert.Equal(kind, CelValue.FromJson(CelProbe.Json(json)).Kind);

    [Theory]
    [InlineData("args.amount_minor == 5", """{"amount_minor": 5.0}""", "true")]
    [InlineData("args.ratio == 5.0", """{"ratio": 5}""", "true")]
    [InlineData("args.amount_minor == 5", """{"amount_minor": "5"}""", "error: type mismatch: expected int, got JSON string")]
    [InlineData("args.amount_minor == 5", """{"amount_minor": 5.5}""", "error: type mismatch: expected int, got JSON number")]
    [InlineData("args.note == null", """{"note": null}""", "true")]
    [InlineData("args.note.size() == 1", """{"note": null}""", "error: no such overload: size(null_type)")]
    [InlineData("has(args.note)", "{}", "false")]
    [InlineData("args.note == 'x'", "{}", "error: no such key: 'note'")]
    [InlineData("!('a' in args.tags)", """{"tags": ["b", 1]}""", "error: type mismatch: expected string, got JSON number")]
    [InlineData("args.customer != {'a': 1}", """{"customer": {"tenure_days": "x"}}""", "error: a value that holds a failed member cannot be compared")]
    [InlineData("args == 5", "[1]", null)]
    public void Set_JsonWithSchema_IsReadAsDeclared(string source, string json, string? expected)
    {
        if (expected is null)
            Assert.False(CelProbe.Refund.Compile(source).Succeeded);
        else
            Assert.Equal(expected, CelProbe.Refunds(source, json).ToString());
    }

    [Fact]
    public void TryCopy_SameDeclaration_TakesTheValueAndAnotherOneDoesNot()
    {
        var read = CelProbe.Refund.NewActivation();
        read.Set("args", CelProbe.Json("""{"amount_minor": 7}"""));
        var wider = CelEnvironment.Create([.. CelProbe.Refund.Variables, new("approvals", CelType.Int)]);
        var copy = wider.NewActivation();
        Assert.True(copy.TryCopy("args", read));
        Assert.True(CelProbe.Compile("args.amount_minor == 7", wider).Evaluate(copy).IsTrue);
        var other = CelEnvironment.Create([new("args", CelType.Dyn)]).NewActivation();
        Assert.False(other.TryCopy("args", read));
        Assert.False(copy.TryCopy("approvals", read));
    }

    [Fact]
    public void ToJson_ErrorInsideAMap_IsShownInItsPlace() => Assert.Equal(
        """{"amount_minor":{"$error":"type mismatch: expected int, got JSON string"},"currency":"USD"}""",
        CelProbe.Refunds("args", """{"amount_minor": "x", "currency": "USD"}""").ToJson()!.ToJsonString());

    [Theory]
    [InlineData("{'a': [1, 2u, 0.5, 'x', b'hi', null, true]}", """{"a":[1,2,0.5,"x","aGk=",null,true]}""")]
    [InlineData("{1: timestamp(0), true: duration('90s')}", """{"1":"1970-01-01T00:00:00Z","true":"90s"}""")]
    [InlineData("[double('NaN'), type(1), optional.of(1), decimal('0.10')]", """["NaN","int",1,0.10]""")]
    public void ToJson_Value_IsJson(string source, string expected) => Assert.Equal(expected, CelProbe.Evaluate(source).ToJson()!.ToJsonString());
}
