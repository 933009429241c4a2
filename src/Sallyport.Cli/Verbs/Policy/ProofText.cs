using System.Globalization;
using Sallyport.Proofs.Policies;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>Proofs for people.</summary>
internal static class ProofText
{
    internal static void Print(IReadOnlyList<(ProofReport Report, TimeSpan Elapsed)> runs, IReadOnlyList<CrossAnswer> crossed)
    {
        foreach (var (report, elapsed) in runs)
        {
            Output.Line("");
            Output.Line(report.Tool);
            Output.Table(["result", "check", "about", "what it says"], report.Results.Where(result => result.Check != ProofCheck.Vacuous)
                .Select(result => (IReadOnlyList<string>)[Word(result.Status), Words(result.Check), result.Subject, result.Says]));
            foreach (var result in report.Results.Where(result => result.Check != ProofCheck.Vacuous && result.Status != ProofStatus.Proved)) Failure(result);
            foreach (var note in report.Results.Where(result => result.Check == ProofCheck.Vacuous)) Output.Coloured("yellow", "note: " + note.Says);
            foreach (var text in report.Approximations) Output.Coloured("yellow", "not looked into, so any value was allowed for it: " + text);
            Output.Coloured(Colour(report.Status), string.Create(CultureInfo.InvariantCulture,
                $"{report.Tool}: {Count(report, ProofStatus.Proved)} proved, {Count(report, ProofStatus.Refuted)} refuted, {Count(report, ProofStatus.Unknown)} undecided in {elapsed.TotalMilliseconds:N0} ms."));
        }

        foreach (var group in crossed.GroupBy(answer => answer.Solver))
        {
            foreach (var answer in group.Where(answer => !answer.Agrees)) Output.Coloured("red", $"{answer.Solver} disagrees on {answer.Query}: {answer.Theirs} instead of {answer.Ours}");
            Output.Line($"{group.Key}: {group.Count(answer => answer.Ours == answer.Theirs)} of {group.Count()} questions answered the same way.");
        }
    }

    internal static JunitCase Case(string workflow, string tool, ProofResult result) => new(
        $"{workflow}.{tool}.{result.Check}", result.Subject, result.Status == ProofStatus.Proved || result.Check == ProofCheck.Vacuous ? [] : [result.Says, .. Lines(result.Witness)]);

    /// <summary>The call that shows something, a line for each place that a condition looks at.</summary>
    internal static IEnumerable<string> Lines(Witness? witness) => witness is null ? [] : witness.Mentioned.Select(pair => $"{pair.Key} = {pair.Value}");

    private static void Failure(ProofResult result)
    {
        Output.Coloured(Colour(result.Status), $"{Word(result.Status)} {Words(result.Check)} {result.Subject}: {result.Says}");
        foreach (var line in Lines(result.Witness)) Output.Line("     " + line);
    }

    private static int Count(ProofReport report, ProofStatus status) => report.Results.Count(result => result.Status == status && result.Check != ProofCheck.Vacuous);

    private static string Word(ProofStatus status) => status switch
    {
        ProofStatus.Proved => "proved",
        ProofStatus.Refuted => "REFUTED",
        ProofStatus.Unknown => "UNDECIDED",
    };

    internal static string Colour(ProofStatus status) => status switch
    {
        ProofStatus.Proved => "green",
        ProofStatus.Refuted => "red",
        ProofStatus.Unknown => "yellow",
    };

    private static string Words(ProofCheck check) => check switch
    {
        ProofCheck.NeverErrors => "never fails",
        ProofCheck.Complete => "complete",
        ProofCheck.Reachable => "can match",
        ProofCheck.Decides => "decides",
        ProofCheck.Vacuous => "vacuous",
        ProofCheck.Invariant => "invariant",
        ProofCheck.Guarantee => "guarantee",
        ProofCheck.Comparison => "comparison",
    };
}
