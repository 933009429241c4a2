namespace Sallyport.Language.Tests.Cel;

/// <summary>The cel-spec conformance suite, one row per section.</summary>
public sealed class CelConformanceTests
{
    private const string Absent = "(absent)";

    public static TheoryData<string> Sections =>
        [.. CelConformanceSuite.Tests?.Select(t => $"{t.File}/{t.Section}").Distinct() ?? [Absent]];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Section_EveryTestThatNeedsNoMessages_Passes(string section)
    {
        if (CelConformanceSuite.Tests is not { } tests)
        {
            Assert.Skip($"The conformance suite is not at {CelConformanceSuite.Location}; set {CelConformanceSuite.Variable}.");
            return;
        }

        var own = tests.Where(t => $"{t.File}/{t.Section}" == section && CelConformanceSkips.ReasonFor(t) is null).ToList();
        var failures = own.Select(t => (t.FullName, Problem: CelConformanceRunner.Run(t))).Where(r => r.Problem is not null).ToList();
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Select(f => $"{f.FullName}: {f.Problem}")));
        if (own.Count == 0)
            Assert.Skip("Every test of this section needs something that is not offered; `conformance cel` lists them with the reasons.");
    }
}
