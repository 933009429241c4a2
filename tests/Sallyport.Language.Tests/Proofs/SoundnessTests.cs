using System.Text.Json;
using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>
/// What is called proved is never contradicted by a call, also where conditions hold what the solver does not look into.
/// </summary>
public sealed class SoundnessTests(ITestOutputHelper output)
{
    private const int Seed = 41;
    private const int Calls = 60;

    [Fact]
    public void Proved_ForRandomPoliciesWithOpaqueParts_HoldsForRandomCalls()
    {
        const int Policies = 1_500;
        var (proved, refuted, open) = (0, 0, 0);
        for (var seed = Seed; seed < Seed + Policies; seed++)
        {
            var policy = new RandomPolicies(seed, withOpaque: true).Next();
            var report = PolicyAnalysis.Run(policy.Model);
            proved += report.Results.Count(result => result.Status == ProofStatus.Proved);
            refuted += report.Results.Count(result => result.Status == ProofStatus.Refuted);
            open += report.Results.Count(result => result.Status == ProofStatus.Unknown);
            var calls = new RandomCalls(seed);
            for (var i = 0; i < Calls; i++)
            {
                var call = calls.Next();
                var decision = policy.Replay(call, null);
                foreach (var result in report.Results) Assert.False(Contradicts(result, decision), $"seed {seed}: {result.Check} {result.Subject} is {result.Status}, but {call.GetRawText()} gives {decision}");
            }
        }

        output.WriteLine($"seed {Seed}: {Policies} policies, {proved} proved, {refuted} refuted, {open} undecided, {Policies * Calls} calls");
        Assert.True(proved > 5 * Policies && open < proved, "The policies are not what this test is about.");
    }

    [Fact]
    public void Verdict_ForRandomPairsAndContracts_HoldsForRandomCalls()
    {
        const int Pairs = 1_500;
        string?[] contracts = [null, TestPolicy.Args.Replace("\"maximum\":50}", "\"maximum\":40}", StringComparison.Ordinal), TestPolicy.Args.Replace("\"maxLength\":80", "\"maxLength\":2", StringComparison.Ordinal),
            TestPolicy.Args.Replace("[\"USD\",\"EUR\",\"GBP\"]", "[\"USD\",\"EUR\"]", StringComparison.Ordinal), TestPolicy.Args.Replace("\"note\":{", "\"memo\":{\"type\":\"string\"},\"note\":{", StringComparison.Ordinal)];
        var verdicts = new Dictionary<PolicyVerdict, int>();
        for (var seed = Seed; seed < Seed + Pairs; seed++)
        {
            var random = new Random(seed);
            var (oldArgs, newArgs) = (contracts[random.Next(contracts.Length)], contracts[random.Next(contracts.Length)]);
            var policies = new RandomPolicies(seed, withOpaque: true);
            var before = policies.Next(oldArgs);
            var after = policies.Vary(before, newArgs);
            var report = PolicyComparison.Run(before.Model, after.Model);
            verdicts[report.Verdict] = verdicts.GetValueOrDefault(report.Verdict) + 1;
            if (report.Verdict is PolicyVerdict.Loosened or PolicyVerdict.Unknown) continue;
            var (oldSchema, newSchema) = (Schema(oldArgs), Schema(newArgs));
            var calls = new RandomCalls(seed);
            for (var i = 0; i < Calls; i++)
            {
                var call = calls.Next();
                var (was, now) = (Reach(before, oldSchema, call), Reach(after, newSchema, call));
                Assert.True(now.CompareTo(was) <= 0, $"seed {seed}: {report.Verdict}, but {call.GetRawText()} goes from {was} to {now}");
                Assert.False(report.Verdict == PolicyVerdict.Equivalent && now != was, $"seed {seed}: {report.Verdict}, but {call.GetRawText()} goes from {was} to {now}");
            }
        }

        output.WriteLine($"seed {Seed}: {Pairs} pairs: {string.Join(", ", verdicts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(verdicts.GetValueOrDefault(PolicyVerdict.Tightened) > Pairs / 40 && verdicts.GetValueOrDefault(PolicyVerdict.Equivalent) > Pairs / 20, "The pairs are not what this test is about.");
    }

    private static bool Contradicts(ProofResult result, ReplayedDecision decision) => result.Status switch
    {
        ProofStatus.Proved => result.Check switch
        {
            ProofCheck.NeverErrors => (decision.IsEligible || result.Subject == "eligible") && decision.Failed.ContainsKey(result.Subject),
            ProofCheck.Complete => decision is { IsEligible: true, Rule: "default-deny" },
            ProofCheck.Invariant => decision.IsEligible && decision.BrokenInvariants.Contains(result.Subject),
            ProofCheck.Reachable or ProofCheck.Decides or ProofCheck.Vacuous or ProofCheck.Guarantee or ProofCheck.Comparison => false,
        },
        ProofStatus.Refuted => result.Check is ProofCheck.Reachable && decision.IsEligible && decision.Matched.Contains(result.Subject),
        ProofStatus.Unknown => false,
    };

    private static Permission Reach(TestPolicy policy, global::Sallyport.JsonSchema.JsonSchema schema, JsonElement call) =>
        Permission.Of(schema.Validate(call.GetProperty("args")).IsValid ? policy.Replay(call, null) : null);

    private static global::Sallyport.JsonSchema.JsonSchema Schema(string? args) => global::Sallyport.JsonSchema.JsonSchema.Compile(TestPolicy.Json(args ?? TestPolicy.Args)).Schema!;
}
