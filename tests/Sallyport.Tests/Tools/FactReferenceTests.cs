using System.Text.Json;
using Sallyport.Tools;

namespace Sallyport.Tests.Tools;

/// <summary>References inside a fact's schema.</summary>
public sealed class FactReferenceTests
{
    [Fact]
    public void Scope_ReferenceInAFact_LeadsToThatFactsSchemaAndNotToAnotherFact()
    {
        var facts = new Dictionary<string, JsonElement>
        {
            ["order"] = JsonElement.Parse("""{"type":"object","required":["total"],"properties":{"total":{"$ref":"#/properties/limit"},"limit":{"type":"integer"}}}"""),
            ["limit"] = JsonElement.Parse("""{"type":"string"}"""),
        };
        var decide = new ExpressionScope(JsonElement.Parse("""{"type":"object"}"""), facts)[ExpressionStage.Decide];
        Assert.Empty(decide.Compile("facts.order.total > 5").Issues);
        Assert.NotEmpty(decide.Compile("facts.order.total == 'x'").Issues);
    }
}
