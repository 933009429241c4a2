using Sallyport.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

public sealed class MessageTests
{
    private const string Valid = "\"order_id\":\"ord_000001\",\"currency\":\"USD\"";

    [Theory]
    [InlineData("\"amount_minor\":0", "/amount_minor", "/properties/amount_minor/minimum", "minimum", "amount_minor must be at least 1, got 0.")]
    [InlineData("\"amount_minor\":1.5", "/amount_minor", "/properties/amount_minor/type", "type", "amount_minor must be a whole number, got 1.5.")]
    [InlineData("\"amount_minor\":\"5\"", "/amount_minor", "/properties/amount_minor/type", "type", "amount_minor must be a whole number, got a string.")]
    [InlineData("\"amount_minor\":5,\"notte\":\"x\"", "/notte", "/additionalProperties", "additionalProperties",
        "notte is not a known property; did you mean \"note\"?")]
    [InlineData("\"amount_minor\":5,\"zzzz\":\"x\"", "/zzzz", "/additionalProperties", "additionalProperties", "zzzz is not a known property.")]
    [InlineData("\"other\":1,\"amount_minor\":1000001", "/amount_minor", "/properties/amount_minor/maximum", "maximum",
        "amount_minor must be at most 1000000, got 1000001.", 1)]
    [InlineData("\"amount_minor\":5,\"lines\":[{\"sku\":\"a\"},{}]", "/lines/1", "/properties/lines/items/required", "required",
        "lines[1].sku is required but missing.")]
    [InlineData("\"amount_minor\":5,\"lines\":[{\"sku\":\"a\"},{\"sku\":1}]", "/lines/1/sku", "/properties/lines/items/properties/sku/type", "type",
        "lines[1].sku must be a string, got a number.")]
    [InlineData("\"amount_minor\":5,\"lines\":[{\"sku\":\"a\"},{\"sku\":\"\\u0061\"}]", "/lines", "/properties/lines/uniqueItems", "uniqueItems",
        "lines must not repeat an item, but items 1 and 2 are equal.")]
    [InlineData("\"amount_minor\":5,\"note\":\"123456789012345678901\"", "/note", "/properties/note/maxLength", "maxLength",
        "note must have at most 20 characters, has 21.")]
    [InlineData("", "", "/required", "required", "amount_minor is required but missing.")]
    public void Refund_OneMistake_SaysWhereAndWhat(string extra, string instancePath, string schemaPath, string keyword, string message, int index = 0)
    {
        var errors = Schemas.Errors(Schemas.Refund, $"{{{Valid}{(extra.Length > 0 ? "," : "")}{extra}}}");

        Assert.Contains(new SchemaError(instancePath, schemaPath, keyword, message), errors);
        Assert.Equal(index + 1, errors.Count);
    }

    [Fact]
    public void Enum_SimilarValue_NamesTheNearest()
    {
        var error = Schemas.OnlyError("""{"properties":{"c":{"enum":["USD","EUR"]}}}""", """{"c":"EURO"}""");

        Assert.Equal("c must be one of \"USD\", \"EUR\", got \"EURO\"; the nearest is \"EUR\".", error.Message);
    }

    [Fact]
    public void UnevaluatedProperties_NameDeclaredBehindAReference_IsSuggested()
    {
        var error = Schemas.OnlyError(
            """{"$ref":"#/$defs/base","unevaluatedProperties":false,"$defs":{"base":{"properties":{"customer":true}}}}""", """{"custmer":1}""");

        Assert.Equal("custmer is not a known property; did you mean \"customer\"?", error.Message);
        Assert.Equal("/unevaluatedProperties", error.SchemaPath);
    }

    [Fact]
    public void AnyOf_NothingFits_ExplainsTheClosestBranch()
    {
        var error = Schemas.OnlyError(
            """{"anyOf":[{"type":"string"},{"type":"object","properties":{"amount":{"minimum":1}}}]}""", """{"amount":0}""");

        Assert.Equal("The value fits none of the 2 alternatives; the closest one fails: amount must be at least 1, got 0.", error.Message);
        Assert.Equal("/anyOf", error.SchemaPath);
    }

    [Fact]
    public void OneOf_TwoFit_NamesBoth()
    {
        var error = Schemas.OnlyError("""{"oneOf":[{"minimum":1},{"type":"string"},{"maximum":9}]}""", "5");

        Assert.Equal("The value fits more than one of the 3 alternatives (number 1 and number 3); exactly one is allowed.", error.Message);
    }

    [Fact]
    public void Message_LongValue_RepeatsAtMostFortyCharacters()
    {
        var error = Schemas.OnlyError("""{"pattern":"^a$"}""", $"\"{new string('s', 200)}\"");

        Assert.DoesNotContain(new string('s', 41), error.Message, StringComparison.Ordinal);
        Assert.Contains("sss...", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\n[forged] all good")]
    [InlineData("\\u001b[2J")]
    [InlineData("\\u202e\\u2028")]
    public void Message_ControlCharacters_AreSpelledOut(string text)
    {
        var byValue = Schemas.OnlyError("""{"const":"a"}""", $"\"{text}\"");
        var byName = Schemas.OnlyError("""{"additionalProperties":false}""", $"{{\"{text}\":1}}");

        Assert.All($"{byValue.Message}{byName.Message}", c => Assert.False(char.IsControl(c) || c is '\u202e' or '\u2028'));
    }

    [Theory]
    [InlineData("""{"const":1}""", "\"top-secret\"")]
    [InlineData("""{"enum":["a","b"]}""", "\"top-secret\"")]
    [InlineData("""{"pattern":"^a$"}""", "\"top-secret\"")]
    [InlineData("""{"format":"ipv4"}""", "\"top-secret\"")]
    [InlineData("""{"maximum":1}""", "424242")]
    [InlineData("""{"multipleOf":5}""", "424242")]
    [InlineData("""{"type":"integer"}""", "4242.42")]
    [InlineData("""{"anyOf":[{"const":1}]}""", "\"top-secret\"")]
    public void RedactValues_AnyKeyword_LeavesTheValueOut(string schema, string instance)
    {
        var options = new SchemaOptions { RedactValues = true, AssertFormats = true };

        var error = Schemas.OnlyError(schema, instance, options);

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4242", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InstancePath_NamesWithSlashAndTilde_AreEscaped()
    {
        var error = Schemas.OnlyError("""{"properties":{"a/b~c":{"type":"null"}}}""", """{"a/b~c":1}""");

        Assert.Equal("/a~1b~0c", error.InstancePath);
        Assert.Equal("/properties/a~1b~0c/type", error.SchemaPath);
    }

    [Fact]
    public void SchemaPath_KeywordInAnotherDocument_StartsWithItsUri()
    {
        var options = new SchemaOptions { Resolver = _ => Schemas.Json("""{"$defs":{"id":{"minLength":3}}}""") };

        var error = Schemas.OnlyError("""{"$ref":"https://example.com/common#/$defs/id"}""", "\"ab\"", options);

        Assert.Equal("https://example.com/common#/$defs/id/minLength", error.SchemaPath);
    }
}
