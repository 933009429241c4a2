using System.Globalization;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>A test run for people: results, coverage, boundaries.</summary>
internal static class PolicyTestText
{
    internal static void Print(PolicyTestReport report, IReadOnlyList<BoundaryCases> boundaries, double? least, bool enough)
    {
        Output.Table(["result", "test", "tool", "decided"], report.Results.Select(result => (IReadOnlyList<string>)
            [result.Passed ? "pass" : "FAIL", result.Test.Name, result.Test.Tool, Describe(result)]));
        foreach (var result in report.Results.Where(result => !result.Passed))
        {
            Output.Coloured("red", $"FAIL {result.Test.Place}: {result.Test.Name}");
            foreach (var failure in result.Failures) Output.Line("     " + failure);
        }

        var coverage = report.Coverage;
        Output.Table(["rule", "tool", "matched in", "decided"], coverage.Rules.Select(rule => (IReadOnlyList<string>)
            [rule.Rule, rule.Tool, Count(rule.Matched), rule.Deciding == 0 ? "never" : Count(rule.Deciding)]));
        foreach (var atom in coverage.Atoms.Where(atom => atom.True == 0 || atom.False == 0))
            Output.Coloured("yellow", $"never {(atom.True == 0 ? "true" : "false")}{(atom.True + atom.False == 0 ? " or false" : "")}: {atom.Atom.Text}  ({atom.Owner}, {atom.Tool}, {atom.Atom.Place})");
        Boundaries(boundaries);

        if (report.Results.Count == 0) Output.Coloured("red", "policy.yaml has no tests.");
        Output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{report.Results.Count(result => result.Passed)} of {report.Results.Count} tests passed; rules {coverage.RulePercent} %, conditions {coverage.BranchPercent} %."));
        if (!enough) Output.Coloured("red", string.Create(CultureInfo.InvariantCulture, $"Coverage is below {least} %."));
    }

    private static void Boundaries(IReadOnlyList<BoundaryCases> boundaries)
    {
        var cases = boundaries.SelectMany(tool => tool.Cases).ToList();
        if (cases.Count == 0) return;
        Output.Table(["boundary", "tool", "decision", "rule", "test"], cases.Select(entry => (IReadOnlyList<string>)
        [
            entry.Changes.Count == 0 ? "as given" : string.Join(", ", entry.Changes), entry.Tool, Outcome(entry.Decision), entry.Decision.Rule, entry.Test ?? "NO TEST",
        ]));
        foreach (var atom in boundaries.SelectMany(tool => tool.Unread)) Output.Coloured("yellow", $"no boundary known: {atom.Text}  ({atom.Place})");
        var open = cases.Count(entry => entry.Test is null);
        if (open > 0) Output.Line($"{open} of {cases.Count} boundaries have no test; --suggest prints some.");
    }

    private static string Describe(PolicyTestResult result) => result.Decision is { } decision ? $"{Outcome(decision)} by {decision.Rule}" : "invariants";

    private static string Outcome(PolicyDecision decision) => decision.Outcome switch
    {
        PolicyOutcome.Approve => $"approve ({PolicyEngine.ApprovalsNeeded(decision)})",
        PolicyOutcome.Escalate => "escalate to " + decision.EscalateTo,
        PolicyOutcome.Auto or PolicyOutcome.Deny => WireName.Of(decision.Outcome),
    };

    private static string Count(int tests) => tests.ToString(CultureInfo.InvariantCulture);
}
