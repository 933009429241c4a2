namespace Sallyport.Language.Tests.JsonSchema;

public sealed class ConcurrencyTests
{
    [Fact]
    public void Validate_ManyThreads_GiveTheSameAnswers()
    {
        var schema = Schemas.Compile(Schemas.Refund);
        var cases = Enumerable.Range(-50, 100)
            .Select(amount => Schemas.Json($$"""{"order_id":"ord_123456","amount_minor":{{amount}},"currency":"EUR","lines":[{"sku":"a"},{"sku":"b"}]}"""))
            .ToArray();
        var expected = cases.Select(c => string.Join('|', schema.Validate(c).Errors)).ToArray();

        Parallel.For(0, 20_000, i => Assert.Equal(expected[i % cases.Length], string.Join('|', schema.Validate(cases[i % cases.Length]).Errors)));
    }

    [Fact]
    public void Compile_ManyThreadsWithMetaSchemaAndProperties_AllSucceed() =>
        Parallel.For(0, 200, i => Assert.True(Schemas.IsValid(
            """{"$ref":"https://json-schema.org/draft/2020-12/schema","description":"\\p{L}"}""", $$"""{"title":"t{{i}}","pattern":"\\p{Lu}+"}""")));
}
