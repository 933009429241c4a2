using Sallyport.Proofs.Policies;
using Sallyport.Proofs.Smt;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>Our answers against z3's. Two classes, so that the two solvers run side by side.</summary>
public sealed class Z3DifferentialTests(ITestOutputHelper output) : DifferentialTests(output, "z3");

/// <summary>Our answers against cvc5's.</summary>
public sealed class Cvc5DifferentialTests(ITestOutputHelper output) : DifferentialTests(output, "cvc5");

/// <summary>Our answers against another solver's on random policies and pairs, and every satisfiable answer replayed.</summary>
public abstract class DifferentialTests(ITestOutputHelper output, string name)
{
    private const int Policies = 6_000;
    private const int Pairs = 4_200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Answers_RandomPoliciesAndPairs_AreTheOtherSolvers()
    {
        const int Seed = 20261128;
        var cancellation = TestContext.Current.CancellationToken;
        await using var other = SmtProcess.Start(name, Limit);
        Assert.SkipWhen(other is null, $"{name} is not installed; Debian's package is called {name}.");
        var tally = new Tally();
        for (var i = 0; i < Policies + Pairs; i++)
        {
            var (queries, unconfirmed) = i < Policies ? Policy(Seed + i) : Pair(Seed + i);
            foreach (var fault in unconfirmed) tally.Faults.Add($"seed {Seed + i}: {fault}");
            // One question a policy keeps the run short; which one differs from seed to seed.
            var query = queries[i % queries.Count];
            var answer = await other!.AskAsync(query.Script.Value, cancellation);
            tally.Add(query.Answer, answer);
            if (answer != query.Answer) tally.Faults.Add($"seed {Seed + i}: {query.Name}: ours {query.Answer}, {name} {answer}\n{query.Script.Value}");
            if (tally.Faults.Count > 5) break;
        }

        output.WriteLine($"seed {Seed}: {Policies} policies and {Pairs} pairs, {name}: {tally}");
        Assert.True(tally.Faults.Count == 0, string.Join("\n\n", tally.Faults));
    }

    private static (IReadOnlyList<SmtQuery> Queries, IEnumerable<string> Unconfirmed) Policy(int seed)
    {
        var report = PolicyAnalysis.Run(new RandomPolicies(seed).Next().Model);
        return ([.. report.Results.Select(result => result.Query!)],
            report.Results.Where(result => result.Status == ProofStatus.Unknown).Select(result => $"{result.Check} {result.Subject}: {result.Says}\n{result.Query!.Script.Value}"));
    }

    private static (IReadOnlyList<SmtQuery> Queries, IEnumerable<string> Unconfirmed) Pair(int seed)
    {
        var random = new RandomPolicies(seed);
        var before = random.Next();
        var report = PolicyComparison.Run(before.Model, random.Vary(before).Model);
        return (report.Queries, report.Cells.Where(cell => cell.Witness is null).Select(cell => $"{cell.Before} to {cell.After}: {cell.Says}\n{cell.Query.Script.Value}"));
    }

    private sealed class Tally
    {
        private readonly Dictionary<(string Ours, string Theirs), int> _answers = [];

        internal List<string> Faults { get; } = [];

        internal void Add(string ours, string theirs) => _answers[(ours, theirs)] = _answers.GetValueOrDefault((ours, theirs)) + 1;

        public override string ToString() => string.Join(", ", _answers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Ours}/{pair.Key.Theirs} {pair.Value}"));
    }
}
