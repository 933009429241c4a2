using System.CommandLine;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy …</c>.</summary>
internal static class PolicyVerbs
{
    internal static Command Create() => new("policy", "Check, prove, compare and test a policy.")
    {
        ProveVerb.Create(),
    };
}
