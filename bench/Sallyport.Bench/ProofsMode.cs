using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Proofs.Policies;
using Sallyport.Proofs.Smt;

namespace Sallyport.Bench;

/// <summary>How long proofs take as a policy grows, beside z3 on the same questions.</summary>
internal static class ProofsMode
{
    internal const string Help = """
        Proof time of a policy of 10, 100 and 1,000 rules: one invariant, and every check (does each rule ever match and decide, can it fail, is
        every call decided, invariants). Where z3 is installed it answers the same exported invariant in the same run.

          --rounds N    rounds; the median counts (default 3)
        """;

    private const string Args = """
        {"type":"object","additionalProperties":false,"required":["amount","currency"],"properties":{
          "amount":{"type":"integer","minimum":0,"maximum":1000000},"currency":{"type":"string","enum":["USD","EUR"]},"note":{"type":"string","maxLength":100}}}
        """;

    private const string Facts = """
        {"type":"object","required":["customer"],"properties":{"customer":{"type":"object","required":["tenure","flags"],"properties":{
          "tenure":{"type":"integer","minimum":0,"maximum":40000},"flags":{"type":"array","maxItems":20,"items":{"type":"string"}}}}}}
        """;

    private static readonly IReadOnlyDictionary<string, JsonElement> Inputs = new Dictionary<string, JsonElement> { ["args"] = JsonElement.Parse(Args), ["facts"] = JsonElement.Parse(Facts) };
    private static readonly CelVariable[] Variables = [.. Inputs.Select(input => new CelVariable(input.Key, CelType.FromJsonSchema(input.Value)))];
    private static readonly CelEnvironment Decide = CelEnvironment.Create(Variables);
    private static readonly CelEnvironment Invariant = CelEnvironment.Create([.. Variables, new CelVariable("decision", CelType.String), new CelVariable("approvals", CelType.Int)]);

    internal static async Task<int> RunAsync(Options options, TextWriter output)
    {
        var rounds = options.Number("--rounds", 3);
        await using var z3 = SmtProcess.Start("z3", TimeSpan.FromSeconds(60));
        await output.WriteLineAsync("rules   one invariant ms   z3 on it ms   ours/z3   all checks ms   per check ms   checks   conflicts");
        foreach (var count in new[] { 10, 100, 1000 })
        {
            var model = Model(count);
            PolicyAnalysis.Run(model, wanted: Only);
            var (one, z3Time, all) = (new List<double>(), new List<double>(), new List<double>());
            ProofReport? report = null;
            for (var round = 0; round < rounds; round++)
            {
                ProofReport? single = null;
                one.Add(Milliseconds(() => single = PolicyAnalysis.Run(model, wanted: Only)));
                if (z3 is not null) z3Time.Add(await AskAsync(z3, single!.Results[0].Query!));
                all.Add(Milliseconds(() => report = PolicyAnalysis.Run(model)));
            }

            if (report!.Status != ProofStatus.Proved) throw new InvalidOperationException($"The policy of {count} rules is {report.Status}; the benchmark is wrong.");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{count,5} {Median(one),18:N1} {(z3 is null ? "-" : Median(z3Time).ToString("N1", CultureInfo.InvariantCulture)),13} {(z3 is null ? "-" : (Median(one) / Median(z3Time)).ToString("N2", CultureInfo.InvariantCulture)),9} {Median(all),15:N1} {Median(all) / report.Results.Count,14:N2} {report.Results.Count,8} {report.Conflicts,11}"));
        }

        return 0;
    }

    private static bool Only(ProofCheck check, string subject) => check == ProofCheck.Invariant && subject == "promise";

    private static double Milliseconds(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> AskAsync(SmtProcess z3, SmtQuery query)
    {
        var script = query.Script.Value;
        var started = Stopwatch.GetTimestamp();
        var answer = await z3.AskAsync(script, CancellationToken.None);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return answer == query.Answer ? elapsed : throw new InvalidOperationException($"z3 says {answer}, we say {query.Answer}.");
    }

    /// <summary>Bands of amounts, each automatic for old customers without flags and approved for the others; above them two people.</summary>
    private static PolicyModel Model(int count)
    {
        var width = 1_000_000 / (count / 2);
        var rules = new List<ModelRule>();
        for (var band = 0; band < count / 2; band++)
        {
            var (low, high) = (band * width, band == (count / 2) - 1 ? 1_000_000 : ((band + 1) * width) - 1);
            var within = $"args.amount >= {low} && args.amount <= {high}";
            var known = $"facts.customer.tenure > {90 + band} && !('fraud' in facts.customer.flags)";
            var isSmall = high < 50_000;
            rules.Add(new ModelRule($"known-{band}", Compile(Decide, $"{within} && {known}"), isSmall ? RuleEffect.Auto : RuleEffect.Approve, isSmall ? 0 : 1, isSmall ? [] : ["group:leads"]));
            rules.Add(new ModelRule($"other-{band}", Compile(Decide, $"{within} && !({known})"), RuleEffect.Approve, 2, ["group:finance"]));
        }

        return new PolicyModel
        {
            Tool = "pay", Inputs = Inputs, Rules = rules,
            Invariants = [new ModelInvariant("promise", Compile(Invariant, "decision == 'auto' && (args.amount >= 50000 || 'fraud' in facts.customer.flags)"), true)],
            Replay = (input, without) => Replay(rules, input, without),
        };
    }

    private static CelProgram Compile(CelEnvironment environment, string source) =>
        environment.Compile(source).Program ?? throw new InvalidOperationException(string.Join(" ", environment.Compile(source).Issues.Select(issue => issue.Message)));

    private static ReplayedDecision Replay(List<ModelRule> rules, JsonElement input, string? without)
    {
        var activation = Decide.NewActivation();
        foreach (var name in Inputs.Keys) activation.Set(name, input.GetProperty(name));
        var matched = rules.Where(rule => rule.Id != without && rule.When.Evaluate(activation).IsTrue).ToList();
        var effect = matched.Count == 0 ? RuleEffect.Deny : matched.Max(rule => rule.Effect);
        var asked = effect == RuleEffect.Approve ? matched.Where(rule => rule.Effect == RuleEffect.Approve).ToList() : [];
        return new ReplayedDecision(true, null, effect, matched.Count == 0 ? "default-deny" : matched.First(rule => rule.Effect == effect).Id, asked.Count == 0 ? 0 : asked.Max(rule => rule.Approvals),
            [.. matched.Select(rule => rule.Id)], new Dictionary<string, string>(), [], [.. asked.Select(rule => $"{rule.Approvals} of {rule.Approvers![0]}")], null);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
