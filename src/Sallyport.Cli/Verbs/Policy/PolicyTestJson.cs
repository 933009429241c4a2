using Sallyport.Contracts.Wire;
using Sallyport.Policy;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>A test run for programs.</summary>
internal static class PolicyTestJson
{
    internal static object Of(PolicyTestReport report, IReadOnlyList<BoundaryCases> boundaries, bool passed) => new
    {
        passed,
        tests = report.Results.Select(result => new
        {
            name = result.Test.Name, tool = result.Test.Tool, passed = result.Passed, place = result.Test.Place.ToString(), decision = Decision(result.Decision), failures = result.Failures,
        }),
        coverage = new
        {
            rule_percent = report.Coverage.RulePercent,
            branch_percent = report.Coverage.BranchPercent,
            rules = report.Coverage.Rules.Select(rule => new { tool = rule.Tool, rule = rule.Rule, matched = rule.Matched, deciding = rule.Deciding }),
            conditions = report.Coverage.Atoms.Select(atom => new
            {
                tool = atom.Tool, owner = atom.Owner, text = atom.Atom.Text, place = atom.Atom.Place?.ToString(), seen_true = atom.True, seen_false = atom.False, errors = atom.Errors,
            }),
        },
        boundaries = boundaries.SelectMany(tool => tool.Cases).Select(entry => new
        {
            tool = entry.Tool, changes = entry.Changes.Select(change => new { path = change.Path.ToString(), value = change.Value, absent = change.Value is null }),
            decision = Decision(entry.Decision), test = entry.Test,
        }),
        boundary_unknown = boundaries.SelectMany(tool => tool.Unread).Select(atom => new { text = atom.Text, place = atom.Place?.ToString() }),
    };

    private static object? Decision(PolicyDecision? decision) => decision is null ? null : new
    {
        outcome = WireName.Of(decision.Outcome), rule = decision.Rule, approvals = PolicyEngine.ApprovalsNeeded(decision), to = decision.EscalateTo,
        matched = decision.Trace.Where(rule => rule.Matched).Select(rule => rule.Rule),
    };
}
