using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

public sealed class SchemaIssueTests
{
    [Theory]
    [InlineData("""{"properties":{"a":{"minimun":1}}}""", "/properties/a/minimun", "minimum")]
    [InlineData("""{"$defs":{"unused":{"reqired":["a"]}}}""", "/$defs/unused/reqired", "required")]
    [InlineData("""{"adittionalProperties":false}""", "/adittionalProperties", "additionalProperties")]
    [InlineData("""{"unitt":"x"}""", "/unitt", "unit")]
    [InlineData("""{"zzzzzz":1}""", "/zzzzzz", null)]
    public void UnknownKeyword_Refused_NamesPlaceAndNearest(string schema, string path, string? suggestion)
    {
        var options = new SchemaOptions { RefuseUnknownKeywords = true, ExtraKeywords = new HashSet<string> { "unit" } };

        var issue = Schemas.OnlyIssue(schema, options);

        Assert.Equal(path, issue.SchemaPath);
        Assert.Equal(suggestion, issue.Suggestion);
    }

    [Fact]
    public void UnknownKeyword_ByDefault_IsAnAnnotation() => Assert.True(Schemas.IsValid("""{"minimun":5}""", "1"));

    [Fact]
    public void ExtraKeyword_Declared_IsAccepted()
    {
        var options = new SchemaOptions { RefuseUnknownKeywords = true, ExtraKeywords = new HashSet<string> { "unit" } };

        Assert.True(Schemas.IsValid("""{"type":"integer","unit":"currency.minor"}""", "1", options));
    }

    [Theory]
    [InlineData("5", "")]
    [InlineData("""{"type":"strin"}""", "/type")]
    [InlineData("""{"type":[]}""", "/type")]
    [InlineData("""{"type":["string","string"]}""", "/type")]
    [InlineData("""{"minimum":"1"}""", "/minimum")]
    [InlineData("""{"minimum":1e9999999999}""", "/minimum")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf")]
    [InlineData("""{"minLength":-1}""", "/minLength")]
    [InlineData("""{"maxItems":1.5}""", "/maxItems")]
    [InlineData("""{"uniqueItems":1}""", "/uniqueItems")]
    [InlineData("""{"required":"a"}""", "/required")]
    [InlineData("""{"required":["a","a"]}""", "/required")]
    [InlineData("""{"enum":1}""", "/enum")]
    [InlineData("""{"allOf":[]}""", "/allOf")]
    [InlineData("""{"properties":[]}""", "/properties")]
    [InlineData("""{"properties":{"a":1}}""", "/properties/a")]
    [InlineData("""{"properties":{"a":true,"a":true}}""", "/properties/a")]
    [InlineData("""{"type":"string","type":"null"}""", "/type")]
    [InlineData("""{"pattern":"("}""", "/pattern")]
    [InlineData("""{"patternProperties":{"[":true}}""", "/patternProperties/[")]
    [InlineData("""{"$id":"https://example.com/a#b"}""", "/$id")]
    [InlineData("""{"$anchor":"1a"}""", "/$anchor")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "/$defs/b/$anchor")]
    [InlineData("""{"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}}""", "/$defs/b/$id")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "/$ref")]
    [InlineData("""{"$ref":"#none"}""", "/$ref")]
    [InlineData("""{"$ref":"https://example.com/none"}""", "/$ref")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""", "/$schema")]
    [InlineData("""{"$schema":"https://example.com/unknown-meta-schema"}""", "/$schema")]
    [InlineData("""{"if":1}""", "/if")]
    public void BadSchema_OneMistake_IsOneIssueAtItsPlace(string schema, string path) => Assert.Equal(path, Schemas.OnlyIssue(schema).SchemaPath);

    [Fact]
    public void BadSchema_SeveralMistakes_AreAllReported()
    {
        var compilation = Compiled.Compile(Schemas.Json("""{"type":"nul","minimum":[],"properties":{"a":{"$ref":"#/x"}}}"""));

        Assert.Equal(["/type", "/minimum", "/properties/a/$ref"], compilation.Issues.Select(i => i.SchemaPath));
    }

    [Fact]
    public void Reference_MistypedDefinition_SuggestsTheNearest()
    {
        var issue = Schemas.OnlyIssue("""{"$ref":"#/$defs/adress","$defs":{"address":true,"other":true}}""");

        Assert.Equal("#/$defs/address", issue.Suggestion);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""")]
    [InlineData("""{"anyOf":[true,{"not":{"$ref":"#"}}]}""")]
    [InlineData("""{"if":true,"then":{"dependentSchemas":{"a":{"$ref":"#"}}}}""")]
    public void Recursion_WithoutProgress_IsAnIssue(string schema)
    {
        var issue = Schemas.OnlyIssue(schema);

        Assert.Contains("no evaluation of it would ever end", issue.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RepeatedDefinitions_HidingAnIdentifiedSchema_AreAnIssue()
    {
        var compilation = Compiled.Compile(Schemas.Json("""{"$defs":{"a":{"$id":"a","$ref":"#"}},"$defs":{},"$ref":"a"}"""));

        Assert.Contains(compilation.Issues, issue => issue.Message.Contains("stands here twice", StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_DefaultElement_IsAnIssue() => Assert.Single(Compiled.Compile(default).Issues);

    [Fact]
    public void MetaSchema_RequiringAnUnknownVocabulary_IsRefused()
    {
        var options = new SchemaOptions
        {
            Resolver = _ => Schemas.Json("""{"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,"https://example.com/v":true}}"""),
        };

        Assert.Equal("/$schema", Schemas.OnlyIssue("""{"$schema":"https://example.com/meta"}""", options).SchemaPath);
    }

    [Fact]
    public void Resolver_StandardMetaSchema_IsNeverAskedFor()
    {
        var options = new SchemaOptions { Resolver = uri => throw new InvalidOperationException($"asked for {uri}") };

        Assert.False(Schemas.IsValid("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"minLength":-1}""", options));
    }

    [Fact]
    public void Compile_DisposedDocument_LeavesTheSchemaUsable()
    {
        Compiled schema;
        using (var document = System.Text.Json.JsonDocument.Parse("""{"const":{"a":[1]}}"""))
            schema = Compiled.Compile(document.RootElement).Schema!;

        Assert.True(schema.Validate(Schemas.Json("""{"a":[1.0]}""")).IsValid);
    }
}
