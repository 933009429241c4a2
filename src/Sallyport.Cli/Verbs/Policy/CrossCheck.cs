using Sallyport.Proofs.Policies;
using Sallyport.Proofs.Smt;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>What another solver said of a question.</summary>
/// <param name="Solver">Its name.</param>
/// <param name="Query">The question's file name.</param>
/// <param name="Ours">Our answer.</param>
/// <param name="Theirs">Its answer.</param>
internal sealed record CrossAnswer(string Solver, string Query, string Ours, string Theirs)
{
    /// <summary>An open answer of ours contradicts nothing; anything else must be the same.</summary>
    internal bool Agrees => Ours == Theirs || Ours == "unknown";
}

/// <summary>Puts the questions of a proof to solvers that we did not write.</summary>
internal static class CrossCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The solvers named; null if one of them is not known.</summary>
    internal static IReadOnlyList<string>? Named(IEnumerable<string> options)
    {
        var names = options.SelectMany(option => option.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().ToList();
        return names.TrueForAll(SmtProcess.Known.Contains) ? names : null;
    }

    /// <exception cref="InvalidOperationException">A solver is not installed.</exception>
    internal static async Task<IReadOnlyList<CrossAnswer>> RunAsync(
        IReadOnlyList<(string File, SmtQuery Query)> queries, IReadOnlyList<string> solvers, bool quiet, CancellationToken cancellation)
    {
        var answers = new List<CrossAnswer>();
        foreach (var name in solvers)
        {
            await using var solver = SmtProcess.Start(name, Limit) ?? throw new InvalidOperationException($"{name} is not installed. On Debian: apt-get install {name}");
            foreach (var (file, query) in queries)
            {
                if (!quiet && !System.Console.IsErrorRedirected) System.Console.Error.Write($"\r{name}: {answers.Count + 1} of {queries.Count * solvers.Count} ");
                answers.Add(new CrossAnswer(name, file, query.Answer, await solver.AskAsync(query.Script.Value, cancellation)));
            }
        }

        if (!quiet && answers.Count > 0 && !System.Console.IsErrorRedirected) System.Console.Error.WriteLine();
        return answers;
    }
}
