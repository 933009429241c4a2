using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console;
using Sallyport.Console.Pages;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>What the emergency page shows: halts in force, and everything that can be stopped.</summary>
internal sealed class EmergencyView(IHaltStore halts, IIdentityStore identities, ReleaseRegistry releases)
{
    internal async Task<IResult> PageAsync(ConsoleSession.Found session, HaltReceipt? receipt, string? notice, CancellationToken cancellation)
    {
        var active = await halts.ActiveAsync(cancellation);
        var agents = await identities.AgentsAsync(session.Person.Tenant, cancellation);
        IReadOnlyList<KeyValuePair<string, string>> scopes =
        [
            .. agents.Where(agent => agent.Status == AgentStatus.Active).Select(agent => KeyValuePair.Create("agent:" + agent.Id, $"agent {agent.Name}")),
            .. releases.Active.Select(release => KeyValuePair.Create("workflow:" + release.Manifest.Name, $"workflow {release.Manifest.Name}")),
            .. releases.Active.SelectMany(release => release.Tools.Values).Where(tool => !tool.ReadOnly).Select(tool => KeyValuePair.Create("tool:" + tool.Name, $"tool {tool.Name}")),
        ];
        return new RazorComponentResult<EmergencyPage>(new
        {
            session.Visitor,
            Halts = (IReadOnlyList<ActiveHalt>)[.. active.Select(halt => new ActiveHalt(halt.Id, halt.Scope, halt.Reason, halt.By, halt.At))],
            Scopes = scopes,
            Receipt = receipt,
            Notice = notice,
        });
    }
}
