using System.CommandLine;
using Sallyport.Contracts.Wire;
using Sallyport.Proofs.Policies;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy diff</c>: how decisions change from one bundle to another, over all calls.</summary>
internal static class DiffVerb
{
    internal static Command Create()
    {
        var before = new Argument<DirectoryInfo>("before") { Description = "Folder of the older bundle." };
        var after = new Argument<DirectoryInfo>("after") { Description = "Folder of the newer bundle." };
        var junit = new Option<FileInfo?>("--junit") { Description = "Also write the changes as JUnit XML; what loosens fails." };
        var command = new Command("diff", "Compare two versions of a policy over all calls: one call for each way in which decisions change, and whether that is tighter or looser.\n\nExit codes: 0 nothing loosens, 1 something loosens, 2 undecided, 3 usage.\n\nExample: sallyport policy diff workflows/refund ./candidate")
        { before, after, junit, Connection.AsJson };
        command.SetAction((parsed, _) => Connection.GuardAsync(() =>
        {
            var json = parsed.GetValue(Connection.AsJson);
            if (BundleArgument.Compile(parsed.GetValue(before)!, json) is not { } older || BundleArgument.Compile(parsed.GetValue(after)!, json) is not { } newer) return Task.FromResult(ExitCodes.Usage);
            var (old, models) = (ReleaseModels.Of(older), ReleaseModels.Of(newer));
            var reports = models.Values.Where(model => old.ContainsKey(model.Tool)).Select(model => PolicyComparison.Run(old[model.Tool], model)).ToList();
            var beyond = ReleaseDifference.Loosenings(older, newer).ToList();
            if (parsed.GetValue(junit) is { } file) JunitFile.Write(file, "policy diff", [.. reports.SelectMany(report => report.Cells.Select(cell => Case(report.Tool, cell)))]);
            var verdict = Verdict(reports, beyond);
            if (json) Output.Json(ProofJson.Of(older.Hash, newer.Hash, reports, beyond, WireName.Of(verdict)));
            else Print(reports, beyond, verdict);
            return Task.FromResult(verdict switch
            {
                PolicyVerdict.Loosened => ExitCodes.Refused,
                PolicyVerdict.Unknown => ExitCodes.Unavailable,
                PolicyVerdict.Tightened or PolicyVerdict.Equivalent => ExitCodes.Ok,
            });
        }));
        return command;
    }

    private static PolicyVerdict Verdict(List<ComparisonReport> reports, List<string> beyond)
    {
        if (beyond.Count > 0 || reports.Exists(report => report.Verdict == PolicyVerdict.Loosened)) return PolicyVerdict.Loosened;
        return reports.Exists(report => report.Verdict == PolicyVerdict.Unknown) ? PolicyVerdict.Unknown
            : reports.Exists(report => report.Verdict == PolicyVerdict.Tightened) ? PolicyVerdict.Tightened : PolicyVerdict.Equivalent;
    }

    private static void Print(List<ComparisonReport> reports, List<string> beyond, PolicyVerdict verdict)
    {
        var cells = reports.SelectMany(report => report.Cells.Select(cell => (report.Tool, Cell: cell))).ToList();
        if (cells.Count > 0)
            Output.Table(["verdict", "tool", "before", "after", "for example"], cells.Select(entry => (IReadOnlyList<string>)
                [Word(entry.Cell.Verdict), entry.Tool, entry.Cell.Before, entry.Cell.After, entry.Cell.Witness is null ? entry.Cell.Says : string.Join(", ", ProofText.Lines(entry.Cell.Witness))]));
        foreach (var report in reports.Where(report => report.Reason is not null)) Output.Coloured("yellow", $"{report.Tool}: not decided, {report.Reason}");
        foreach (var change in beyond) Output.Coloured("red", "loosens beyond the policy: " + change);
        Output.Coloured(verdict == PolicyVerdict.Loosened ? "red" : verdict == PolicyVerdict.Unknown ? "yellow" : "green", verdict switch
        {
            PolicyVerdict.Equivalent => "Equivalent: every call gets as far as before.",
            PolicyVerdict.Tightened => "Tightened: no call gets further than before.",
            PolicyVerdict.Loosened => "Loosened: a second person must agree before it is activated.",
            PolicyVerdict.Unknown => "Undecided: it was not shown that nothing loosens, so a second person must agree.",
        });
    }

    private static JunitCase Case(string tool, ChangedCell cell) => new(
        $"diff.{tool}", $"{cell.Before} to {cell.After}", cell.Verdict is PolicyVerdict.Loosened or PolicyVerdict.Unknown ? [cell.Says, .. ProofText.Lines(cell.Witness)] : []);

    private static string Word(PolicyVerdict verdict) => verdict switch
    {
        PolicyVerdict.Equivalent => "equivalent",
        PolicyVerdict.Tightened => "tightened",
        PolicyVerdict.Loosened => "LOOSENED",
        PolicyVerdict.Unknown => "UNDECIDED",
    };
}
