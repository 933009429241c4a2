using Sallyport.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

/// <summary>Where references lead (core §8.2, §9): identifiers, anchors, base URIs and what only looks like one of them.</summary>
public sealed class ReferenceTests
{
    /// <summary>Documents that a schema may refer to.</summary>
    private static readonly Dictionary<string, string> Documents = new()
    {
        ["https://example.com/folder/integer.json"] = """{"type":"integer"}""",
        ["https://example.com/other/renamed.json"] =
            """{"$id":"https://example.org/real.json","$ref":"string.json","$defs":{"s":{"$id":"string.json","type":"string"}}}""",
        ["https://example.com/anchors.json"] =
            """{"$defs":{"a":{"$anchor":"text","type":"string"},"b":{"$id":"inner/","$anchor":"text","type":"null"}}}""",
        ["https://example.com/tree"] = """
            {"$dynamicAnchor":"node","type":"object","properties":{"data":true,"children":{"items":{"$dynamicRef":"#node"}}}}
            """,
        ["https://example.com/generic"] =
            """{"$id":"https://example.com/generic","items":{"$dynamicRef":"#T"},"$defs":{"default":{"$dynamicAnchor":"T","type":"string"}}}""",
        ["urn:example:remote"] = """{"$id":"urn:example:remote","$ref":"#/$defs/n","$defs":{"n":{"type":"number"}}}""",
    };

    private static readonly SchemaOptions Options = new()
    {
        Resolver = uri => Documents.TryGetValue(uri.OriginalString, out var text) ? Schemas.Json(text) : null,
    };

    [Theory]
    [InlineData("""{"properties":{"foo":{"$ref":"#"}},"additionalProperties":false}""", """{"foo":{"foo":false}}""", """{"foo":{"bar":1}}""")]
    [InlineData("""{"prefixItems":[{"type":"integer"},{"$ref":"#/prefixItems/0"}]}""", "[1,2]", """[1,"a"]""")]
    [InlineData("""{"$defs":{"a~b":{"type":"integer"}},"$ref":"#/$defs/a~0b"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"a/b":{"type":"integer"}},"$ref":"#/$defs/a~1b"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"a%b":{"type":"integer"}},"$ref":"#/$defs/a%25b"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"a\"b":{"type":"integer"}},"$ref":"#/$defs/a%22b"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"":{"$defs":{"":{"type":"integer"}}}},"$ref":"#/$defs//$defs/"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"é":{"type":"integer"}},"$ref":"#/$defs/%C3%A9"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"~01":{"type":"integer"}},"$ref":"#/$defs/~001"}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"#/%24defs/a","$defs":{"a":{"type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"r":{"type":"array"}},"properties":{"f":{"$ref":"#/$defs/r","maxItems":2}}}""", """{"f":[1,2]}""", """{"f":[1,2,3]}""")]
    [InlineData("""{"properties":{"$ref":{"type":"string"}}}""", """{"$ref":"a"}""", """{"$ref":2}""")]
    [InlineData("""{"properties":{"$ref":{"$ref":"#/$defs/s"}},"$defs":{"s":{"type":"string"}}}""", """{"$ref":"a"}""", """{"$ref":2}""")]
    [InlineData("""{"$ref":"#/$defs/no","$defs":{"no":false,"yes":true}}""", null, "1")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/c"},"c":{"type":"null"}},"$ref":"#/$defs/a"}""", "null", "1")]
    [InlineData("""{"allOf":[{"$ref":"#/allOf/1"},{"type":"null"}]}""", "null", "1")]
    [InlineData("""{"$ref":"#/if","if":{"type":"integer"}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"#/then","then":{"type":"integer"}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"#/contentSchema/$defs/a","contentSchema":{"$defs":{"a":{"type":"integer"}}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"#/x-unknown/list/0","x-unknown":{"list":[{"type":"integer"}]}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"#/examples/0","examples":[{"type":"integer"}]}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"minLength":1}""", """{"minLength":-1}""")]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"$defs":{"a":{"type":"object"}}}""", """{"$defs":{"a":{"type":1}}}""")]
    public void Reference_ByPointer_LeadsThere(string schema, string? valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    // A base URI changes what a relative reference means; the innermost $id counts.
    [InlineData("""{"$id":"https://example.com/folder/a.json","$ref":"integer.json"}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/x/a.json","items":{"$id":"/folder/","items":{"$ref":"integer.json"}}}""", "[[1]]", "[[\"a\"]]")]
    [InlineData("""{"$id":"https://example.com/x/y/a.json","$ref":"../../folder/integer.json"}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/x/y/a.json","$ref":"//example.com/folder/integer.json"}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/folder/a.json","$ref":"./integer.json#"}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/a","$ref":"b","$defs":{"b":{"$id":"b","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/a","$ref":"#/$defs/b/$defs/c","$defs":{"b":{"$id":"b","$defs":{"c":{"$ref":"#/$defs/d"},"d":{"type":"integer"}}}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/a","$ref":"b#/$defs/c","$defs":{"b":{"$id":"b","$defs":{"c":{"type":"integer"}}}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"https://example.com/a#","$ref":"#/$defs/i","$defs":{"i":{"type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"a/b.json","$ref":"c.json","$defs":{"c":{"$id":"c.json","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"a/b.json","$ref":"/a/c.json","$defs":{"c":{"$id":"/a/c.json","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"x#n","$defs":{"c":{"$id":"x","$defs":{"n":{"$anchor":"n","type":"integer"}}}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"https://example.com/other/renamed.json"}""", "\"a\"", "1")]
    [InlineData("""{"$id":"https://example.com/q?x=1","$ref":"?x=2","$defs":{"c":{"$id":"?x=2","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"file:///c:/folder/file.json","$ref":"#/$defs/i","$defs":{"i":{"type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"file:///folder/file.json","$ref":"other.json","$defs":{"i":{"$id":"other.json","type":"integer"}}}""", "1", "\"a\"")]
    public void Reference_ByUri_IsResolvedAgainstTheInnermostBase(string schema, string valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    [InlineData("""{"$id":"urn:uuid:deadbeef-1234-ffff-ffff-4321feebdaed","$ref":"#/$defs/i","$defs":{"i":{"type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed","$ref":"urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed#a","$defs":{"i":{"$anchor":"a","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$id":"urn:example:foo-bar-baz-qux?+CCResolve:cc=uk","$ref":"#/$defs/i","$defs":{"i":{"type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"urn:example:a","$defs":{"i":{"$id":"urn:example:a","$ref":"#/$defs/j","$defs":{"j":{"type":"integer"}}}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"urn:example:remote"}""", "1.5", "\"a\"")]
    [InlineData("""{"$id":"tag:example.com,2026:x","$ref":"#a","$defs":{"i":{"$anchor":"a","type":"integer"}}}""", "1", "\"a\"")]
    public void Reference_WithUrnBase_Resolves(string schema, string valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    [InlineData("""{"$ref":"#a","$defs":{"x":{"$anchor":"a","type":"integer"}}}""", "1", "\"a\"")]
    [InlineData("""{"$ref":"https://example.com/anchors.json#text"}""", "\"a\"", "1")]
    [InlineData("""{"$ref":"https://example.com/inner/#text","$defs":{"x":{"$id":"https://example.com/inner/","$anchor":"text","type":"null"}}}""", "null", "1")]
    [InlineData("""{"$id":"https://example.com/r","$ref":"n#a","$defs":{"A":{"$id":"n","$defs":{"B":{"$anchor":"a","type":"integer"}}}}}""", "1", "\"a\"")]
    // The same name in two resources names two schemas.
    [InlineData("""{"$id":"https://example.com/r","$ref":"c1#a","$defs":{"A":{"$id":"c1","$anchor":"a","type":"integer"},"B":{"$id":"c2","$anchor":"a","type":"string"}}}""", "1", "\"a\"")]
    [InlineData("""{"$anchor":"a","$ref":"#/$defs/x","$defs":{"x":{"$id":"y","$ref":"#a","$defs":{"z":{"$anchor":"a","type":"integer"}}}}}""", "1", "\"a\"")]
    public void Anchor_InItsResource_IsFound(string schema, string valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    // What stands inside data or under an unknown keyword identifies nothing.
    [InlineData("""{"$defs":{"e":{"enum":[{"$id":"https://example.com/x","type":"null"}]},"s":{"$id":"https://example.com/x","type":"string"}},"anyOf":[{"$ref":"#/$defs/e"},{"$ref":"https://example.com/x"}]}""", """{"$id":"https://example.com/x","type":"null"}""", "1")]
    [InlineData("""{"$defs":{"c":{"const":{"$id":"s"}},"s":{"$id":"s","type":"string"}},"$ref":"s"}""", "\"a\"", "1")]
    [InlineData("""{"$defs":{"e":{"enum":[{"$anchor":"a","type":"null"}]},"r":{"$anchor":"a","type":"string"}},"$ref":"#a"}""", "\"a\"", "null")]
    [InlineData("""{"$defs":{"u":{"x-unknown":{"$id":"s","type":"null"}},"s":{"$id":"s","type":"string"}},"$ref":"s"}""", "\"a\"", "null")]
    [InlineData("""{"$defs":{"p":{"properties":{"$id":{"type":"string"},"$anchor":{"type":"string"}}}},"$ref":"#/$defs/p"}""", """{"$id":"a"}""", """{"$id":1}""")]
    [InlineData("""{"default":{"$id":"s","$ref":"nowhere"},"examples":[{"$ref":"nowhere"}],"type":"string"}""", "\"a\"", "1")]
    [InlineData("""{"const":{"$ref":"#/nowhere"}}""", """{"$ref":"#/nowhere"}""", "1")]
    public void Identifier_InsideData_IsNone(string schema, string valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    // Without a dynamic anchor where it first leads, a dynamic reference is an ordinary one.
    [InlineData("""{"$id":"https://example.com/m","$ref":"l","$defs":{"s":{"$anchor":"T","type":"null"},"l":{"$id":"l","items":{"$dynamicRef":"#T"},"$defs":{"d":{"$dynamicAnchor":"T","type":"string"}}}}}""", "[\"a\"]", "[null]")]
    [InlineData("""{"$id":"https://example.com/m","$ref":"l","$defs":{"s":{"$dynamicAnchor":"T","type":"null"},"l":{"$id":"l","items":{"$dynamicRef":"#T"},"$defs":{"d":{"$anchor":"T","type":"string"}}}}}""", "[\"a\"]", "[null]")]
    [InlineData("""{"$id":"https://example.com/m","$ref":"l","$defs":{"s":{"$dynamicAnchor":"T","type":"null"},"l":{"$id":"l","items":{"$dynamicRef":"#T"},"$defs":{"d":{"$dynamicAnchor":"T","type":"string"}}}}}""", "[null]", "[\"a\"]")]
    [InlineData("""{"$id":"https://example.com/m","$ref":"l","$defs":{"s":{"$dynamicAnchor":"T","type":"null"},"l":{"$id":"l","items":{"$ref":"#T"},"$defs":{"d":{"$dynamicAnchor":"T","type":"string"}}}}}""", "[\"a\"]", "[null]")]
    [InlineData("""{"$id":"https://example.com/m","$ref":"l","$defs":{"s":{"$dynamicAnchor":"T","type":"null"},"l":{"$id":"l","items":{"$dynamicRef":"#/$defs/d"},"$defs":{"d":{"$dynamicAnchor":"T","type":"string"}}}}}""", "[\"a\"]", "[null]")]
    [InlineData("""{"$id":"https://example.com/m","$ref":"https://example.com/generic","$defs":{"s":{"$dynamicAnchor":"T","type":"null"}}}""", "[null]", "[\"a\"]")]
    [InlineData("""{"$id":"https://example.com/strict","$dynamicAnchor":"node","$ref":"https://example.com/tree","unevaluatedProperties":false}""", """{"children":[{"data":1}]}""", """{"children":[{"daat":1}]}""")]
    // Resources that the evaluation has left no longer count.
    [InlineData("""{"$id":"https://example.com/m","if":{"$id":"first","$defs":{"t":{"$dynamicAnchor":"t","type":"number"}}},"then":{"$id":"second","$ref":"start","$defs":{"t":{"$dynamicAnchor":"t","type":"null"}}},"$defs":{"s":{"$id":"start","$dynamicRef":"inner#t"},"i":{"$id":"inner","$dynamicAnchor":"t","type":"string"}}}""", "null", "1")]
    public void DynamicReference_FollowsTheOutermostDynamicAnchor(string schema, string valid, string invalid) => Check(schema, valid, invalid);

    [Theory]
    [InlineData("""{"$schema":"https://example.com/no-validation","properties":{"a":false,"b":{"minimum":10}}}""", """{"b":1}""", """{"a":1}""")]
    [InlineData("""{"$schema":"https://example.com/asserts","format":"ipv4"}""", "\"1.2.3.4\"", "\"a\"")]
    [InlineData("""{"properties":{"a":{"$id":"inner","$schema":"https://example.com/no-validation","minimum":10}},"minProperties":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"properties":{"a":{"$id":"inner","$schema":"https://example.com/asserts","format":"ipv4"},"b":{"format":"ipv4"}}}""", """{"b":"x"}""", """{"a":"x"}""")]
    public void Dialect_OfAMetaSchema_DecidesWhichKeywordsCount(string schema, string valid, string invalid)
    {
        const string core = "\"https://json-schema.org/draft/2020-12/vocab/core\":true,\"https://json-schema.org/draft/2020-12/vocab/applicator\":true";
        var options = new SchemaOptions
        {
            Resolver = uri => Schemas.Json(uri.AbsolutePath == "/asserts"
                ? $"{{\"$vocabulary\":{{{core},\"https://json-schema.org/draft/2020-12/vocab/format-assertion\":false}}}}"
                : $"{{\"$vocabulary\":{{{core},\"https://example.com/optional\":false}}}}"),
        };

        Assert.True(Schemas.IsValid(schema, valid, options));
        Assert.False(Schemas.IsValid(schema, invalid, options));
    }

    private static void Check(string schema, string? valid, string invalid)
    {
        Assert.True(valid is null || Schemas.IsValid(schema, valid, Options), $"{schema} must accept {valid}");
        Assert.False(Schemas.IsValid(schema, invalid, Options), $"{schema} must refuse {invalid}");
    }
}
