using System.Text.Json;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

public sealed class PatternClockTests
{
    [Fact]
    public void LinearPattern_OnABusyMachine_IsNotRefusedByTheClock()
    {
        // A budget of one tick stands for a machine that was stalled in the middle of the match.
        var options = new SchemaOptions { PatternTimeout = TimeSpan.FromTicks(1) };
        var schema = Compiled.Compile(JsonElement.Parse("""{"type":"string","pattern":"^(a|b|ab)*c$"}"""), options).Schema!;
        var text = string.Concat(Enumerable.Repeat("ab", 200_000)) + "c";
        Assert.True(schema.Validate(JsonSerializer.SerializeToElement(text)).IsValid);
    }
}
