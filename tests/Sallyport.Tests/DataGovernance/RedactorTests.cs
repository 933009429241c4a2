using Sallyport.Contracts.Json;
using Sallyport.DataGovernance;

namespace Sallyport.Tests.DataGovernance;

public sealed class RedactorTests
{
    private const string Schema = """
        {"type":"object","properties":{"id":{"type":"string"},"mail":{"type":"string","sensitive":"pii"},"tags":{"type":"array","items":{"type":"string"}},
         "people":{"type":"array","items":{"type":"object","properties":{"name":{"sensitive":"pii"},"age":{"type":"integer"}}}},"card":{"type":"object","sensitive":"secret"}}}
        """;

    [Theory]
    [InlineData("""{"id":"x","mail":"a@b.c"}""", """{"id":"x","mail":"[redacted]"}""")]
    [InlineData("""{"tags":["a",1,null]}""", """{"tags":["a",1,null]}""")]
    [InlineData("""{"people":[{"name":"Ann","age":3,"more":1}]}""", """{"people":[{"age":3,"more":"[redacted]","name":"[redacted]"}]}""")]
    [InlineData("""{"card":{"number":"4111"}}""", """{"card":"[redacted]"}""")]
    [InlineData("""{"unknown":{"deep":[1]},"mail":null}""", """{"mail":"[redacted]","unknown":"[redacted]"}""")]
    public void Redact_Value_KeepsOnlyWhatTheSchemaDeclaresAsHarmless(string value, string expected) =>
        Assert.Equal(expected, CanonicalJson.ToText(Redactor.Redact(CanonicalJson.Parse(value), CanonicalJson.Parse(Schema))));
}
