namespace Sallyport.Language.Tests.Cel;

/// <summary>The report of <c>conformance cel</c>: a line per section, each failure and skip by name, and the totals.</summary>
internal static class CelConformanceReport
{
    public static int Print(TextWriter output)
    {
        if (CelConformanceSuite.Tests is not { } tests)
        {
            output.WriteLine($"No suite at {CelConformanceSuite.Location}; set {CelConformanceSuite.Variable}.");
            return 3;
        }

        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var section in tests.GroupBy(t => $"{t.File}/{t.Section}"))
        {
            var skips = section.Where(t => CelConformanceSkips.ReasonFor(t) is not null).ToList();
            var results = section.Where(t => CelConformanceSkips.ReasonFor(t) is null).Select(t => (Test: t, Problem: CelConformanceRunner.Run(t)));
            var failures = results.Where(r => r.Problem is not null).ToList();
            var passes = section.Count() - skips.Count - failures.Count;
            output.WriteLine($"{section.Key}: {passes} passed, {failures.Count} failed, {skips.Count} skipped");
            foreach (var (test, problem) in failures)
                output.WriteLine($"  FAILED  {test.FullName}: {test.Expression.ReplaceLineEndings(" ")}: {problem}");
            foreach (var test in skips)
                output.WriteLine($"  skipped {test.FullName}: {CelConformanceSkips.ReasonFor(test)}");
            (passed, failed, skipped) = (passed + passes, failed + failures.Count, skipped + skips.Count);
        }

        output.WriteLine($"cel: {passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 ? 0 : 1;
    }
}
