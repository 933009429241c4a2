using System.CommandLine;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy</c>: what a policy does, has done and would do.</summary>
internal static class PolicyVerbs
{
    internal static Command Create() => new("policy", "Test a policy, explain what it decided, and try a candidate on what really happened.")
    {
        ProveVerb.Create(), PolicyTestVerb.Create(), ExplainVerb.Create(), ReplayVerb.Create(), ShadowVerbs.Create(),
    };
}
