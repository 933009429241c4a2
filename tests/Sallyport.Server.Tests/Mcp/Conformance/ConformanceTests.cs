namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>The official conformance suite against the real, authenticated endpoint; no failure is expected.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Revisions => [.. ConformanceSuite.Revisions];

    [Theory, MemberData(nameof(Revisions)), Trait("req", "A1.1")]
    public async Task Endpoint_AgainstTheOfficialSuite_PassesWhatTheRevisionRequires(string revision)
    {
        if (await ConformanceSuite.UnavailableAsync() is { } why) Assert.Skip(why);

        var results = await ConformanceReport.RunAsync(revision);

        System.Console.WriteLine(ConformanceReport.Summary(revision, results));
        Assert.True(results.Count(result => result.Scored) >= 30, "The list of required scenarios was not understood.");
        Assert.Contains(results, result => result is { Name: "dns-rebinding-protection", Scored: true, Passed: > 0 });
        Assert.All(results.Where(result => result.Scored), result => Assert.True(result.Faults.Count == 0 && result.Passed > 0, $"{result.Name}: {string.Join(" | ", result.Faults)}"));
    }
}
