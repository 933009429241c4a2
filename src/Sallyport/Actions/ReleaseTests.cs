using Sallyport.Policy;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>Runs the tests that a release's policy brings with it, each on the path that production takes.</summary>
public static class ReleaseTests
{
    /// <summary>Runs every test.</summary>
    public static PolicyTestReport Run(Release release) => PolicyTestRun.Run(
        release.Policies, release.Tests, test => ProposalDecision.Decide(release, test.Tool, test.Input, test.Confidence));

    /// <summary>The boundary cases of every tool that has a given input, in the order of the tools' names.</summary>
    public static IReadOnlyList<BoundaryCases> Boundaries(Release release, BoundaryCombination combination) =>
        [.. release.Tests.Given.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => BoundaryCases.Generate(release.Tools[entry.Key], release.Policies[entry.Key], entry.Value, release.Tests.Tests, combination))];
}
