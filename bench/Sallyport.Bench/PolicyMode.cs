using System.Globalization;
using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Policy;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Bench;

/// <summary>Every rule of the refund policy as a compiled delegate and by a walk over its syntax tree, and whole decisions.</summary>
internal static class PolicyMode
{
    internal const string Help = """
        Evaluation of the refund policy: each rule as a compiled delegate against an interpreter that walks its syntax tree, and whole
        decisions, which read the call's JSON, evaluate every rule and check every invariant.

          --rounds N        rounds; contenders take turns in each (default 9)
          --milliseconds N  time per contender and round (default 50)
        """;

    private const string SmallArgs = """{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"damaged"}""";

    /// <summary>A small refund to a known customer first: it is the one that is measured. The others only have to give equal answers.</summary>
    private static readonly (string Args, string Customer)[] Calls =
    [
        (SmallArgs, """{"id":"c_1","tenure_days":400,"flags":[]}"""),
        (SmallArgs, """{"id":"c_1","tenure_days":12,"flags":["vip"]}"""),
        (SmallArgs.Replace("700", "90000"), """{"id":"c_1","tenure_days":400,"flags":["vip","legal-hold","fraud-watch"]}"""),
        (SmallArgs.Replace("700", "9000"), """{"id":"c_1","tenure_days":90,"flags":["fraud-watch"]}"""),
        (SmallArgs, """{"id":"c_1","flags":[]}"""),
        (SmallArgs, """{"id":"c_1","tenure_days":"many"}"""),
    ];

    internal static Task<int> RunAsync(Options options, TextWriter output)
    {
        var rounds = options.Number("--rounds", 9);
        var time = TimeSpan.FromMilliseconds(options.Number("--milliseconds", 50));
        var policy = BundleCompiler.CompileFolder(BundleFolder()).Release!.Policies["issue_refund"];
        output.WriteLine($"rule                   delegate ns     bytes   tree walk ns     bytes   delegate / tree walk ({rounds} rounds)");
        foreach (var rule in policy.Rules) MeasureRule(output, rule, rounds, time);
        output.WriteLine();
        output.WriteLine("decision                        ns     bytes");
        foreach (var (args, customer) in Calls[..4]) MeasureDecision(output, policy, Input(args, customer), rounds, time);
        return Task.FromResult(0);
    }

    private static void MeasureRule(TextWriter output, PolicyRule rule, int rounds, TimeSpan time)
    {
        var program = rule.When;
        program.Prepare();
        RequireEqualAnswers(program);
        var (args, customer) = Calls[0];
        var activation = Activation(program, args, customer);
        var walk = new TreeWalk(Variables(args, customer));
        var compiled = new Timing(count =>
        {
            for (var i = 0; i < count; i++) program.Evaluate(activation);
        });
        var interpreted = new Timing(count =>
        {
            for (var i = 0; i < count; i++) walk.Evaluate(program.Ast);
        });
        Timing.Run(rounds, time, compiled, interpreted);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rule.Id,-20} {compiled.Nanoseconds,13:N1} {compiled.Bytes,9:N0} {interpreted.Nanoseconds,14:N1} {interpreted.Bytes,9:N0}   {Timing.MedianRatio(compiled, interpreted):N3}"));
    }

    private static void MeasureDecision(TextWriter output, ToolPolicy policy, ExpressionInput input, int rounds, TimeSpan time)
    {
        var decide = new Timing(count =>
        {
            for (var i = 0; i < count; i++) PolicyEngine.Decide(policy, input);
        });
        Timing.Run(rounds, time, decide);
        var name = PolicyEngine.Decide(policy, input).Rule;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {decide.Nanoseconds,13:N0} {decide.Bytes,9:N0}"));
    }

    private static void RequireEqualAnswers(CelProgram program)
    {
        foreach (var (args, customer) in Calls)
        {
            var compiled = program.Evaluate(Activation(program, args, customer));
            var interpreted = new TreeWalk(Variables(args, customer)).Evaluate(program.Ast);
            var areEqual = compiled.IsError ? interpreted is EvaluationFault : interpreted is bool answer && answer == compiled.AsBool;
            if (!areEqual) throw new InvalidOperationException($"{program.Source}: the delegate says {compiled}, the tree walk {interpreted}.");
        }
    }

    private static CelActivation Activation(CelProgram program, string args, string customer)
    {
        var activation = program.Environment.NewActivation();
        activation.Set("args", JsonElement.Parse(args));
        activation.Set("facts", JsonElement.Parse(Facts(customer)));
        return activation;
    }

    private static Dictionary<string, object?> Variables(string args, string customer) => new()
    {
        ["args"] = TreeWalk.FromJson(JsonElement.Parse(args)),
        ["facts"] = TreeWalk.FromJson(JsonElement.Parse(Facts(customer))),
    };

    private static ExpressionInput Input(string args, string customer) => new(
        JsonElement.Parse(args), JsonElement.Parse("""{"id":"a","name":"bench","owner":"ann"}"""), JsonElement.Parse("""{"id":"t","source":"ticket","input":{}}"""),
        JsonElement.Parse(Facts(customer)));

    private static string Facts(string customer) => $$"""
        {"customer": {{customer}}, "order": {"id":"ord_000001","customer_id":"c_1","region":"eu","currency":"EUR","total_minor":90000,
        "refunded_minor":0,"refundable_minor":90000,"status":"paid","disputed":false} }
        """;

    private static string BundleFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "workflows", "refund"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "workflows", "refund");
    }
}
