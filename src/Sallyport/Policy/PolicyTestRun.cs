using Sallyport.Contracts.Wire;

namespace Sallyport.Policy;

/// <summary>What became of one test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Decision">What was decided; null for a test of invariants.</param>
/// <param name="Failures">What was otherwise than expected; empty when it passed.</param>
public sealed record PolicyTestResult(PolicyTest Test, PolicyDecision? Decision, IReadOnlyList<string> Failures)
{
    /// <summary>True when everything was as expected.</summary>
    public bool Passed => Failures.Count == 0;
}

/// <summary>A run of all tests of a policy.</summary>
/// <param name="Results">By test, in the order written.</param>
/// <param name="Coverage">What the tests have shown.</param>
public sealed record PolicyTestReport(IReadOnlyList<PolicyTestResult> Results, PolicyCoverage Coverage)
{
    /// <summary>True when every test passed.</summary>
    public bool Passed => Results.All(result => result.Passed);
}

/// <summary>Runs a policy's own tests on the production path. Pure.</summary>
public static class PolicyTestRun
{
    /// <summary>Runs every test.</summary>
    /// <param name="policies">Rules by tool.</param>
    /// <param name="table">The tests.</param>
    /// <param name="workflow">Decides a test that goes through the whole workflow.</param>
    public static PolicyTestReport Run(IReadOnlyDictionary<string, ToolPolicy> policies, PolicyTestTable table, Func<PolicyTest, PolicyDecision> workflow)
    {
        var coverage = new PolicyCoverage(policies);
        var results = new List<PolicyTestResult>(table.Tests.Count);
        foreach (var test in table.Tests)
        {
            var policy = policies[test.Tool];
            if (test.Assume is { } assumed)
            {
                var seen = test.Input with { Decision = assumed.Decision, Approvals = assumed.Approvals };
                coverage.SeeInvariants(test.Tool, seen);
                results.Add(new PolicyTestResult(test, null, [.. Compare("breaks", test.Expect.Breaks, PolicyEngine.BrokenInvariants(policy, seen))]));
                continue;
            }

            var decision = test.Path == PolicyTestPath.Workflow ? workflow(test) : PolicyEngine.Decide(policy, test.Input);
            coverage.See(test, decision);
            results.Add(new PolicyTestResult(test, decision, [.. Judge(test.Expect, decision)]));
        }

        return new PolicyTestReport(results, coverage);
    }

    private static IEnumerable<string> Judge(PolicyExpectation expect, PolicyDecision decision)
    {
        if (expect.Decision is { } outcome && outcome != decision.Outcome)
            yield return $"decision is {WireName.Of(decision.Outcome)} (rule {decision.Rule}), not {WireName.Of(outcome)}";
        if (expect.Rule is { } rule && rule != decision.Rule) yield return $"rule is {decision.Rule}, not {rule}";
        if (expect.Approvals is { } approvals && approvals != PolicyEngine.ApprovalsNeeded(decision))
            yield return $"approvals is {PolicyEngine.ApprovalsNeeded(decision)}, not {approvals}";
        if (expect.To is { } to && to != decision.EscalateTo) yield return $"to is {decision.EscalateTo ?? "nobody"}, not {to}";
        foreach (var difference in Compare("matched", expect.Matched, decision.Trace.Where(entry => entry.Matched).Select(entry => entry.Rule))) yield return difference;
        foreach (var difference in Compare("approvers", expect.Approvers?.Select(people => people.Key), decision.Requirements.Select(requirement => ExpectedApprovers.Of(requirement).Key)))
            yield return difference;
    }

    private static IEnumerable<string> Compare(string what, IEnumerable<string>? expected, IEnumerable<string> actual)
    {
        if (expected is null) yield break;
        var (wanted, got) = (expected.Distinct().Order(StringComparer.Ordinal).ToList(), actual.Distinct().Order(StringComparer.Ordinal).ToList());
        if (!wanted.SequenceEqual(got)) yield return $"{what} is {Text(got)}, not {Text(wanted)}";
    }

    private static string Text(List<string> names) => names.Count == 0 ? "nothing" : string.Join("; ", names);
}
