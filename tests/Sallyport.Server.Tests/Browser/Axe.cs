using System.Text.Json;
using Microsoft.Playwright;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>axe-core, the accessibility checker, run inside a page.</summary>
internal static class Axe
{
    private static readonly NpmPackages Package = new(Path.Combine(NpmPackages.Client.Folder, "Axe"), "axe-core");

    /// <summary>Why it cannot be run here, or null.</summary>
    internal static Task<string?> UnavailableAsync() => Package.UnavailableAsync();

    /// <summary>What is wrong seriously or critically, as "rule: element"; and how many rules held.</summary>
    internal static async Task<(IReadOnlyList<string> Violations, int Passed)> RunAsync(IPage page)
    {
        await page.AddScriptTagAsync(new PageAddScriptTagOptions { Path = Package.PathOf("axe-core", "axe.min.js") });
        var text = await page.EvaluateAsync<string>("""
            async () => {
              const result = await axe.run(document, { resultTypes: ["violations", "passes"] });
              return JSON.stringify({ passed: result.passes.length, violations: result.violations.map(v => ({ id: v.id, impact: v.impact, nodes: v.nodes.map(n => n.html + " " + (n.any[0]?.message ?? "")) })) });
            }
            """);
        var result = JsonElement.Parse(text);
        return ([.. result.GetProperty("violations").EnumerateArray().Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation => $"{violation.GetProperty("id").GetString()}: {string.Join(" | ", violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()))}")], result.GetProperty("passed").GetInt32());
    }
}
