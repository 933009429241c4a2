using Sallyport.Console.Views;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>Halts and what can be halted, as people call them.</summary>
internal sealed class HaltViews(IIdentityStore identities, ReleaseRegistry releases)
{
    /// <summary>Whether a halt stops an agent.</summary>
    internal static bool Covers(Halt halt, AgentIdentity agent) => halt.Tenant == agent.Tenant && (halt.Scope == "all" || halt.Scope == "agent:" + agent.Id || halt.Scope == "workflow:" + agent.Workflow);

    internal async Task<IReadOnlyList<ActiveHalt>> OfAsync(IEnumerable<Halt> halts, string tenant, CancellationToken cancellation)
    {
        var names = (await identities.AgentsAsync(tenant, cancellation)).ToDictionary(agent => "agent:" + agent.Id, agent => "agent " + agent.Name, StringComparer.Ordinal);
        return [.. halts.Where(halt => halt.Tenant == tenant).Select(halt => new ActiveHalt(
            halt.Id, halt.Scope, halt.Scope == "all" ? "everything" : names.GetValueOrDefault(halt.Scope) ?? halt.Scope.Replace(':', ' '), halt.Reason, halt.By, halt.At, halt.IsComplete))];
    }

    /// <summary>Everything that can be stopped, agents first.</summary>
    internal async Task<IReadOnlyList<HaltChoice>> ChoicesAsync(string tenant, CancellationToken cancellation) =>
    [
        .. (await identities.AgentsAsync(tenant, cancellation)).Where(agent => agent.Status == AgentStatus.Active).Select(agent => new HaltChoice("agent:" + agent.Id, agent.Name, "agent")),
        .. releases.Active.Select(release => new HaltChoice("workflow:" + release.Manifest.Name, release.Manifest.Name, "workflow")).OrderBy(choice => choice.Name, StringComparer.Ordinal),
        .. releases.Active.SelectMany(release => release.Tools.Values).Where(tool => !tool.ReadOnly).Select(tool => new HaltChoice("tool:" + tool.Name, tool.Name, "tool")).OrderBy(choice => choice.Name, StringComparer.Ordinal),
    ];
}
