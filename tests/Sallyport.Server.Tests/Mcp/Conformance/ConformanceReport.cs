using Microsoft.Extensions.DependencyInjection;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>Starts the real server with the fixtures, runs the suite against its authenticated endpoint through a proxy that only adds the token, and reports.</summary>
internal static class ConformanceReport
{
    /// <summary>What every scenario of a revision found.</summary>
    internal static async Task<IReadOnlyList<ScenarioResult>> RunAsync(string revision)
    {
        var output = Directory.CreateTempSubdirectory("sallyport-conformance-");
        try
        {
            await using var proxy = await BearerProxy.StartAsync();
            await using var gate = await TestGate.StartAsync(
                options => options.AllowedHosts = [proxy.Url.Authority], builder => builder.Services.AddSingleton(Fixtures.All));
            proxy.PointAt(gate.Url, () => gate.TokenAsync());
            return await ConformanceSuite.RunAsync(revision, proxy.Url, output.FullName);
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    /// <summary>One line: how many scenarios that conformance requires passed, and how many of their checks.</summary>
    internal static string Summary(string revision, IReadOnlyList<ScenarioResult> results)
    {
        var scored = results.Where(result => result.Scored).ToList();
        var (passed, checks) = (scored.Count(result => result.Faults.Count == 0), scored.Sum(result => result.Passed));
        return $"MCP {revision}: {passed}/{scored.Count} scenarios, {checks}/{checks + scored.Sum(result => result.Faults.Count)} checks";
    }

    /// <summary>Prints the reports of all revisions; the exit code is 0 when all that is required passed, 1 when not, 2 when the suite cannot run.</summary>
    internal static async Task<int> PrintAsync(TextWriter output)
    {
        if (await ConformanceSuite.UnavailableAsync() is { } why)
        {
            await output.WriteLineAsync($"The suite cannot run here: {why}.");
            return 2;
        }

        var failed = false;
        foreach (var revision in ConformanceSuite.Revisions)
        {
            var results = await RunAsync(revision);
            foreach (var result in results)
            {
                await output.WriteLineAsync($"{(result.Faults.Count == 0 ? "passed" : "FAILED")} {result.Name} ({result.Passed} checks{(result.Scored ? "" : ", not required")})");
                foreach (var fault in result.Faults) await output.WriteLineAsync("       " + fault);
            }

            await output.WriteLineAsync(Summary(revision, results));
            failed |= results.Any(result => result.Scored && result.Faults.Count > 0);
        }

        return failed ? 1 : 0;
    }
}
