using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Sallyport.Cli;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>Drills judge by what happened, and leave evidence that somebody else can check.</summary>
public sealed class DrillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-drills-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact, Trait("req", "A5.3"), Trait("req", "A5.D"), Trait("req", "A5.1")]
    public async Task All_OnTheShippedBundle_AreContained_WithEvidenceAndARunbookForThisInstallation()
    {
        var evidence = Path.Combine(_folder, "evidence");
        var run = (await CommandLine.RunAsync(["drill", "all", "--json", "--bundle", Repository.RefundBundle, "--out", evidence, "--server", "https://gate.example", "--data", "/srv/gate"], _folder)).MustExit(0);

        Assert.True(run.Json.GetProperty("contained").GetBoolean());
        var drills = run.Json.GetProperty("drills").EnumerateArray().ToList();
        Assert.True(drills.Count >= 16);
        Assert.All(drills, drill => Assert.True(drill.GetProperty("timeline").GetArrayLength() >= 2 && drill.GetProperty("controls").GetArrayLength() >= 1, drill.ToString()));

        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(evidence, "digests.txt"), TestContext.Current.CancellationToken))
            Assert.Equal(line[..64], Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(evidence, line[66..]), TestContext.Current.CancellationToken))));
        (await CommandLine.RunAsync(["audit", "verify", Path.Combine(evidence, "audit")], _folder)).MustExit(0);

        var runbook = await File.ReadAllTextAsync(Path.Combine(evidence, "incident-runbook.md"), TestContext.Current.CancellationToken);
        Assert.Contains("olivia (support-operations), support-operations@example.com", runbook, StringComparison.Ordinal);
        var commands = Regex.Matches(runbook, "`(sallyport [^`]+)`", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value).ToList();
        Assert.True(commands.Count >= 12);
        Assert.All(commands, command => Assert.Empty(RootVerb.Create().Parse(command["sallyport ".Length..]).Errors));
        Assert.All(commands.Where(command => command.StartsWith("sallyport halt", StringComparison.Ordinal)), command => Assert.EndsWith("--server https://gate.example", command, StringComparison.Ordinal));
        Assert.Contains("--data /srv/gate", runbook, StringComparison.Ordinal);
        Assert.Contains("confirmed within one permit time-to-live | yes", await File.ReadAllTextAsync(Path.Combine(evidence, "kill-switch-evidence.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>What is broken in the bundle, and a drill that must notice.</summary>
    public static TheoryData<string, string, string, string> Broken => new()
    {
        { "loop", "workflow.yaml", "identical_calls_per_task: 5", "identical_calls_per_task: 500" },
        { "permission", "tools/issue-refund.yaml", "resource: \"region=${facts.order.region}\"\n", "resource: \"region=eu\"\n" },
        { "stray-token", "tools/issue-refund.yaml", "resource: \"region=${facts.order.region}\"\n", "resource: \"region=eu\"\n" },
        { "permission", "tools/issue-refund.yaml", "not_applied: [400, 403, 404, 422]", "not_applied: [400, 404, 422]" },
        { "bad-call", "tools/issue-refund.yaml", "absent: order_not_found", "absent: facts_disagree" },
        { "inherited-role", "policy.yaml", "any_of: [\"group:finance-leads\"], exclude: [requester, agent-owner]", "any_of: [\"group:finance-leads\", \"group:support-leads\"], exclude: [requester]" },
    };

    [Theory, Trait("req", "A5.3")]
    [MemberData(nameof(Broken))]
    public async Task Drill_OnABrokenBundle_IsNotContained(string drill, string file, string find, string replace)
    {
        using var bundle = new BundleCopy();
        bundle.Replace(file, find, replace);

        var run = (await CommandLine.RunAsync(["drill", drill, "--json", "--bundle", bundle.Folder, "--out", Path.Combine(_folder, "out")], _folder)).MustExit(1);

        Assert.False(run.Json.GetProperty("contained").GetBoolean());
    }
}
