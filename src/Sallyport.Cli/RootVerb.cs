using System.CommandLine;
using System.CommandLine.Help;
using Sallyport.Cli.Verbs;
using Sallyport.Cli.Verbs.Policy;

namespace Sallyport.Cli;

/// <summary>The program's verbs.</summary>
internal static class RootVerb
{
    // A plain command, so that help says "sallyport" and not the name of the assembly.
    internal static Command Create() => new("sallyport", "Sallyport: the two-door gate for AI agents. Agents propose; policy and people decide; the server acts once.")
    {
        ServeVerb.Create(), DemoVerb.Create(), DrillVerb.Create(), InitVerb.Create(), CheckVerb.Create(), DocsVerb.Create(), PolicyVerbs.Create(), ReleaseVerbs.Create(),
        LoginVerb.Create(), LogoutVerb.Create(), PersonVerbs.Create(), DelegationVerbs.Delegate(), DelegationVerbs.Create(), AgentVerbs.Create(),
        ApprovalVerbs.List(), ApprovalVerbs.Approve(), ApprovalVerbs.Deny(), SubstituteVerbs.All(),
        HaltVerbs.Halt(), HaltVerbs.List(), HaltVerbs.Resume(), BreakGlassVerb.Create(), ActionVerbs.Create(), ChainVerb.Create(), StatsVerb.Create(), AuditVerbs.Create(), FsckVerb.Create(), OutboxVerbs.Create(),
        new HelpOption(), new VersionOption(),
    };
}
