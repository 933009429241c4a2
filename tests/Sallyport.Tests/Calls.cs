using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Contracts.Json;
using Sallyport.Tools;

namespace Sallyport.Tests;

/// <summary>Inputs and conditions for tests of the pure parts.</summary>
internal static class Calls
{
    internal static readonly JsonElement Open = CanonicalJson.Parse("""{"type":"object"}""");

    internal static readonly ExpressionScope Scope = new(Open, [KeyValuePair.Create("order", Open)]);

    internal static CelProgram Condition(string source, ExpressionStage stage = ExpressionStage.Invariant) =>
        Scope[stage].Compile(source).Program ?? throw new InvalidOperationException(source);

    internal static ExpressionInput Input(string args, string facts = """{"order":{}}""") => new(
        CanonicalJson.Parse(args), CanonicalJson.Parse("""{"id":"agt_1","name":"bot","owner":"olivia"}"""),
        CanonicalJson.Parse("""{"id":"tsk_1","source":"ticket","input":{}}"""), CanonicalJson.Parse(facts));
}
