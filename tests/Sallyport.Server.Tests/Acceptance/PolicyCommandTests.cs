using System.Xml.Linq;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary><c>sallyport policy test</c> as people and build servers use it; it needs no server.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private readonly BundleCopy _copy = new();

    private string Bundle => _copy.Folder;

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Test_OfTheShippedPolicy_PassesWithFullCoverageAndEveryBoundaryTested()
    {
        var run = (await CommandLine.RunAsync(["policy", "test", Bundle, "--coverage-min", "100", "--json"])).MustExit(0).Json;

        Assert.True(run.GetProperty("passed").GetBoolean());
        Assert.Equal(100, run.GetProperty("coverage").GetProperty("branch_percent").GetDouble());
        Assert.All(run.GetProperty("boundaries").EnumerateArray(), boundary => Assert.True(boundary.TryGetProperty("test", out _)));
        var text = (await CommandLine.RunAsync(["policy", "test"], Bundle)).MustExit(0).Output;
        Assert.DoesNotContain("\u001b[", text);
        Assert.Contains("args.amount_minor = 5001", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAWeakenedPolicy_FailsAndTellsTheBuildServer()
    {
        _copy.Replace("policy.yaml", "args.amount_minor <= 5000 &&", "args.amount_minor <= 5001 &&");
        var junit = Path.Combine(Bundle, "out", "results.xml");

        var run = (await CommandLine.RunAsync(["policy", "test", Bundle, "--junit", junit])).MustExit(1);

        Assert.Matches(@"FAIL policy\.yaml:\d+:\d+: One cent above the small bound", run.Output);
        var suite = XDocument.Load(junit).Root!.Element("testsuite")!;
        Assert.NotEqual("0", suite.Attribute("failures")!.Value);
        Assert.Contains(suite.Elements("testcase"), test => test.Element("failure") is not null && test.Attribute("file")!.Value == "policy.yaml");
    }

    [Fact]
    public async Task Test_WithATestMissing_NamesTheOpenBoundarySuggestsATestAndMissesTheThreshold()
    {
        var policy = Path.Combine(Bundle, "policy.yaml");
        var text = await File.ReadAllTextAsync(policy, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(policy, text[..text.IndexOf("  - name: One cent below the small bound", StringComparison.Ordinal)], TestContext.Current.CancellationToken);

        (await CommandLine.RunAsync(["policy", "test", Bundle])).MustExit(0);
        Assert.Contains("Coverage is below 90 %", (await CommandLine.RunAsync(["policy", "test", Bundle, "--coverage-min", "90"])).MustExit(1).Output, StringComparison.Ordinal);
        var suggested = (await CommandLine.RunAsync(["policy", "test", Bundle, "--suggest"])).MustExit(0).Output;

        await File.AppendAllTextAsync(policy, suggested, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("NO TEST", (await CommandLine.RunAsync(["policy", "test", Bundle, "--coverage-min", "90"])).MustExit(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfABrokenBundle_PrintsItsFaultsAsCheckDoes()
    {
        _copy.Replace("policy.yaml", "expect: { decision: auto, rule: small,", "expect: { decision: auto, rule: smal,");

        Assert.Matches(@"policy\.yaml:\d+:\d+: .*Did you mean ""small""", (await CommandLine.RunAsync(["policy", "test", Bundle])).MustExit(3).Output);
        Assert.Matches(@"policy\.yaml:\d+:\d+: .*Did you mean ""small""", (await CommandLine.RunAsync(["check", Bundle])).MustExit(1).Output);
    }
}
