using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.Server.Hosting;
using Sallyport.Workflows;

namespace Sallyport.Server.Tests.Support;

/// <summary>What tests read of a running gate.</summary>
internal static class GateReading
{
    /// <summary>The active release of the refund workflow.</summary>
    internal static Release Release(this RunningServer server) => server.Services.GetRequiredService<ReleaseRegistry>().ActiveOf("refund")!;

    /// <summary>The audit entries of a kind.</summary>
    internal static async Task<IReadOnlyList<JsonElement>> EntriesAsync(this TestGate gate, string kind)
    {
        var lines = (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, await gate.SessionAsync("dana"))).MustBeText(200).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonElement.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!))).Where(leaf => leaf.GetProperty("kind").GetString() == kind)];
    }
}
