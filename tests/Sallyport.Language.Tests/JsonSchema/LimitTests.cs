using System.Diagnostics;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

public sealed class LimitTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("""{"not":{"not":{}}}""")]
    public void Instance_DeeperThanTheLimit_IsInvalidWhateverTheSchema(string schema)
    {
        var compiled = Schemas.Compile(schema, new SchemaOptions { MaxDepth = 20 });

        Assert.True(compiled.Validate(Schemas.Json(Nested(20))).IsValid);
        Assert.Equal("limit", Assert.Single(compiled.Validate(Schemas.Json(Nested(21))).Errors).Keyword);
    }

    [Fact]
    public void Instance_BracketsInsideStrings_DoNotCountAsDepth() =>
        Assert.True(Schemas.IsValid("true", $"[\"{new string('[', 500)}\\\"{new string('{', 500)}\"]"));

    [Fact]
    public void Instance_LargerThanTheLimit_IsInvalid()
    {
        var compiled = Schemas.Compile("true", new SchemaOptions { MaxInstanceBytes = 100 });

        Assert.True(compiled.Validate(Schemas.Json($"\"{new string('a', 98)}\"")).IsValid);
        Assert.False(compiled.Validate(Schemas.Json($"\"{new string('a', 99)}\"")).IsValid);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("{\"a\\ud83dx\":1}")]
    [InlineData("[\"\\ud83d\\n\\udc32\"]")]
    [InlineData("\"\\ud83d\\ud83d\\udc32\"")]
    public void Instance_HalfASurrogatePair_IsInvalidAndDoesNotThrow(string instance) =>
        Assert.Equal("limit", Schemas.OnlyError("""{"minLength":0,"pattern":"","propertyNames":true}""", instance).Keyword);

    [Theory]
    [InlineData("\"\\ud83d\\udc32\"")]
    [InlineData("\"\\\\ud800\"")]
    [InlineData("\"\\u00e9\\\\\"")]
    public void Instance_EscapesThatAreFine_AreAccepted(string instance) => Assert.True(Schemas.IsValid("""{"type":"string"}""", instance));

    [Fact]
    public void Schema_DeeperThanTheLimit_IsAnIssue()
    {
        var text = string.Concat(Enumerable.Repeat("{\"not\":", 70)) + "true" + new string('}', 70);

        Assert.Contains("levels deep", Assert.Single(Compiled.Compile(Schemas.Json(text)).Issues).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_LargerThanTheLimit_IsAnIssue() =>
        Assert.Contains("bytes long", Schemas.OnlyIssue($"{{\"title\":\"{new string('a', 100)}\"}}", new SchemaOptions { MaxSchemaBytes = 100 }).Message, StringComparison.Ordinal);

    [Fact]
    public void References_LongChain_CompileWithoutStackAndHitTheNestingLimit()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}"));
        var schema = Schemas.Compile($"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{definitions},\"d20000\":true}}}}", new SchemaOptions { MaxSchemaBytes = 4 << 20 });

        Assert.Equal("limit", Assert.Single(schema.Validate(Schemas.Json("1")).Errors).Keyword);
    }

    [Fact]
    public void DynamicReference_EndlessRecursion_HitsTheNestingLimitEvenUnderNot()
    {
        var schema = Schemas.Compile("""{"$dynamicAnchor":"a","not":{"$dynamicRef":"#a"}}""");

        Assert.Equal("limit", Assert.Single(schema.Validate(Schemas.Json("1")).Errors).Keyword);
    }

    [Fact]
    public void Alternatives_GrowingExponentially_HitTheEvaluationLimitAndAreInvalid()
    {
        const string text = """{"$defs":{"t":{"anyOf":[{"properties":{"a":{"$ref":"#/$defs/t"}},"required":["x"]},{"properties":{"a":{"$ref":"#/$defs/t"}},"required":["y"]}]}},"$ref":"#/$defs/t"}""";
        var schema = Schemas.Compile(text, new SchemaOptions { MaxEvaluations = 100_000 });

        var result = schema.Validate(Schemas.Json(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "{}" + new string('}', 40)));

        Assert.Contains(result.Errors, e => e.Keyword == "limit");
    }

    [Fact]
    public void Errors_ManyMistakes_StopAtTheLimit()
    {
        var schema = Schemas.Compile("""{"items":{"type":"null"}}""", new SchemaOptions { MaxErrors = 7 });

        Assert.Equal(7, schema.Validate(Schemas.Json($"[{string.Join(',', Enumerable.Range(0, 1000))}]")).Errors.Count);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|a)*$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("^([a-z]+)*[0-9]$")]
    public void Pattern_ThatWouldHangWhenBacktracking_IsLinear(string pattern)
    {
        var schema = Schemas.Compile($"{{\"pattern\":\"{pattern}\"}}");
        var clock = Stopwatch.StartNew();

        Assert.False(schema.Validate(Schemas.Json($"\"{new string('a', 50_000)}!\"")).IsValid);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("""{"pattern":"^(?=(?:a|aa)+$)[a!]+$"}""")]
    [InlineData("""{"not":{"pattern":"^(?=(?:a|aa)+$)[a!]+$"}}""")]
    [InlineData("""{"anyOf":[{"pattern":"^(?:a|aa)+\\b$"},true]}""")]
    public void Pattern_ThatMustBacktrack_RunsOutOfTimeAndIsInvalid(string schema)
    {
        var options = new SchemaOptions { PatternTimeout = TimeSpan.FromMilliseconds(20) };

        var error = Schemas.OnlyError(schema, $"\"{new string('a', 60)}!\"", options);

        Assert.Equal("limit", error.Keyword);
        Assert.Contains("time limit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_ManySlowValues_ShareOneTimeBudget()
    {
        var schema = Schemas.Compile("""{"items":{"pattern":"^(?=(?:a|aa)+$)[a!]+$"}}""", new SchemaOptions { PatternTimeout = TimeSpan.FromMilliseconds(20) });
        var slow = $"\"{new string('a', 60)}!\"";
        var clock = Stopwatch.StartNew();

        Assert.False(schema.Validate(Schemas.Json($"[{string.Join(',', Enumerable.Repeat(slow, 500))}]")).IsValid);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("""{"multipleOf":0.01}""", "1e999999999", true)]
    [InlineData("""{"multipleOf":3}""", "1e999999999", false)]
    [InlineData("""{"maximum":5}""", "1e-999999999", true)]
    [InlineData("""{"maximum":5}""", "1e99999999999999999999", false)]
    [InlineData("""{"not":{"maximum":5}}""", "1e99999999999999999999", false)]
    [InlineData("""{"const":0}""", "0e99999999999999999999", true)]
    [InlineData("""{"minimum":0.1}""", "0.1", true)]
    [InlineData("""{"exclusiveMinimum":9007199254740992}""", "9007199254740993", true)]
    [InlineData("""{"multipleOf":0.1}""", "0.3", true)]
    [InlineData("""{"type":"integer"}""", "-1.20e1", true)]
    [InlineData("""{"enum":[100]}""", "1E+2", true)]
    public void Number_Extreme_IsComparedExactlyAndQuickly(string schema, string instance, bool valid) => Assert.Equal(valid, Schemas.IsValid(schema, instance));

    [Fact]
    public void UniqueItems_ManyItems_IsNotQuadratic()
    {
        var schema = Schemas.Compile("""{"uniqueItems":true}""");
        var clock = Stopwatch.StartNew();

        Assert.True(schema.Validate(Schemas.Json($"[{string.Join(',', Enumerable.Range(0, 200_000))}]")).IsValid);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Documents_MoreThanTheLimit_AreNotLoaded()
    {
        var asked = 0;
        var options = new SchemaOptions
        {
            MaxDocuments = 5,
            Resolver = _ => Schemas.Json($"{{\"$ref\":\"https://example.com/{++asked}\"}}"),
        };

        Assert.NotEmpty(Compiled.Compile(Schemas.Json("""{"$ref":"https://example.com/start"}"""), options).Issues);
        Assert.Equal(5, asked);
    }

    [Fact]
    public void Limits_OfOneValidation_AreNotSpentByTheOnesBefore()
    {
        var schema = Schemas.Compile("""{"items":{"type":"integer"}}""", new SchemaOptions { MaxEvaluations = 10 });

        for (var i = 0; i < 100; i++) Assert.True(schema.Validate(Schemas.Json("[1,2,3]")).IsValid);
        Assert.Equal("limit", Assert.Single(schema.Validate(Schemas.Json("[1,2,3,4,5,6,7,8,9,0]")).Errors).Keyword);
        Assert.True(schema.Validate(Schemas.Json("[1,2,3]")).IsValid);
    }

    [Theory]
    [InlineData(Schemas.Refund, """{"order_id":"ord_123456","amount_minor":700,"currency":"EUR","note":"late","lines":[{"sku":"a"},{"sku":"b"}]}""")]
    [InlineData("""{"patternProperties":{"^a":{"type":"integer"}},"minProperties":1}""", """{"a":1,"ab":2,"c":3}""")]
    [InlineData("""{"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":true}}},"unevaluatedProperties":false}""", """{"a":1}""")]
    [InlineData("""{"anyOf":[{"const":[1]},{"contains":{"type":"string","format":"date"}}],"uniqueItems":true}""", """[1,"a",[1]]""")]
    public void Validate_ValidInstance_AllocatesNothing(string text, string data)
    {
        var (schema, instance) = (Schemas.Compile(text), Schemas.Json(data));
        for (var i = 0; i < 100; i++) schema.Validate(instance);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++) schema.Validate(instance);

        // The pattern engine may still extend its automaton; a validation that allocated anything would show a thousand times.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);
    }

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);
}
