using System.CommandLine;
using Sallyport.Actions;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy test</c>: runs the tests that stand in policy.yaml, and shows what they leave open.</summary>
internal static class PolicyTestVerb
{
    internal static Command Create()
    {
        var bundle = BundleArgument.Create();
        var junit = new Option<FileInfo?>("--junit") { Description = "Also write the results as JUnit XML." };
        var least = new Option<double?>("--coverage-min") { Description = "Fail when fewer percent of the rules decided a test, or of the conditions' leaves were seen both true and false." };
        least.Validators.Add(result => { if (result.GetValueOrDefault<double?>() is < 0 or > 100) result.AddError("--coverage-min lies between 0 and 100."); });
        var combine = new Option<string>("--boundaries") { Description = "Generated cases change one value at a time, pairs of values, or all (default one).", DefaultValueFactory = _ => "one" };
        combine.AcceptOnlyFromAmong("one", "pairs", "all");
        var suggest = new Option<bool>("--suggest") { Description = "Print tests, ready to paste, for the boundaries that no test stands at." };
        var command = new Command("test", "Run the tests of a policy, with coverage of rules and conditions, and the decisions at every boundary.\n\nExample: sallyport policy test workflows/refund --coverage-min 100 --junit results.xml")
        { bundle, junit, least, combine, suggest, Connection.AsJson };
        command.SetAction((parsed, _) => Connection.GuardAsync(() =>
        {
            var json = parsed.GetValue(Connection.AsJson);
            if (BundleArgument.Compile(parsed.GetValue(bundle)!, json) is not { } release) return Task.FromResult(ExitCodes.Usage);
            var report = ReleaseTests.Run(release);
            var boundaries = ReleaseTests.Boundaries(release, WireName.Parse<BoundaryCombination>(parsed.GetValue(combine)!));
            if (parsed.GetValue(junit) is { } file) JunitFile.Write(file, "policy " + release.Manifest.Name, [.. report.Results.Select(result =>
                new JunitCase($"{release.Manifest.Name}.{result.Test.Tool}", result.Test.Name, result.Failures, result.Test.Place.File, result.Test.Place.Line))]);
            var enough = !(report.Coverage.Lowest < parsed.GetValue(least));
            var passed = report.Passed && enough && report.Results.Count > 0;
            if (json) Output.Json(PolicyTestJson.Of(report, boundaries, passed));
            else if (parsed.GetValue(suggest)) Suggest(boundaries);
            else PolicyTestText.Print(report, boundaries, parsed.GetValue(least), enough);
            return Task.FromResult(passed ? ExitCodes.Ok : ExitCodes.Refused);
        }));
        return command;
    }

    private static void Suggest(IReadOnlyList<BoundaryCases> boundaries)
    {
        var open = boundaries.SelectMany(tool => tool.Cases).Where(entry => entry.Test is null).ToList();
        Output.Line(open.Count == 0 ? "# Every boundary has its test." : "# Under tests: in policy.yaml. They state what is decided now; check each.");
        foreach (var entry in open) Output.Line(PolicySuggestion.Write(entry));
    }
}
