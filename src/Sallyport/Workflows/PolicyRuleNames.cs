using Sallyport.Policy;

namespace Sallyport.Workflows;

/// <summary>Every name that can stand as the rule of a decision: rules, and what the engine says where none decides.</summary>
internal sealed class PolicyRuleNames(IReadOnlyDictionary<string, ToolPolicy> policies, WorkflowManifest manifest)
{
    internal IEnumerable<string> Deciding(string tool, PolicyTestPath path)
    {
        var policy = policies[tool];
        foreach (var rule in policy.Rules)
        {
            yield return rule.Id;
            yield return "evaluation-error:" + rule.Id;
        }

        yield return "default-deny";
        foreach (var invariant in policy.Invariants) yield return "invariant:" + invariant.Id;
        if (path == PolicyTestPath.Policy) yield break;
        foreach (var scope in manifest.OutOfScope.Where(scope => scope.When.ContainsKey(tool)))
        {
            yield return "out-of-scope:" + scope.Id;
            yield return "evaluation-error:" + scope.Id;
        }

        yield return "low-confidence";
        foreach (var rule in policy.Rules) yield return "phase:" + rule.Id;
        foreach (var part in (string[])["within", "approval", "evaluation-error"]) yield return "guarantee:" + part;
    }
}
