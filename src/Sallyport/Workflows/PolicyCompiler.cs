using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>Compiles <c>policy.yaml</c>: every rule against the types of every tool that it names.</summary>
internal static class PolicyCompiler
{
    internal const string TicketAssignee = "ticket-assignee";
    private static readonly string[] ApproverKinds = ["group", "user", "oncall", TicketAssignee];

    internal static Dictionary<string, ToolPolicy> Compile(BundleSection section, Dictionary<string, ContractDraft> drafts)
    {
        UniqueIds(section, "/rules");
        UniqueIds(section, "/invariants");
        var rules = drafts.Keys.ToDictionary(tool => tool, _ => new List<PolicyRule>());
        var invariants = drafts.Keys.ToDictionary(tool => tool, _ => new List<PolicyInvariant>());
        foreach (var pointer in section.Children("/rules"))
            foreach (var tool in Tools(section, pointer, drafts))
                if (Rule(section, pointer, drafts[tool]) is { } rule) rules[tool].Add(rule);
        foreach (var pointer in section.Children("/invariants"))
            foreach (var tool in Tools(section, pointer, drafts))
                if (Invariant(section, pointer, drafts[tool]) is { } invariant) invariants[tool].Add(invariant);

        foreach (var draft in drafts.Values.Where(draft => !draft.Contract.ReadOnly && rules[draft.Contract.Name].Count == 0))
            section.Fault("/rules", $"No rule names the tool \"{draft.Contract.Name}\", so every call of it would be denied. If that is meant, write a rule that denies.");
        var hash = HashOf(section);
        return drafts.Values.Where(draft => !draft.Contract.ReadOnly).ToDictionary(
            draft => draft.Contract.Name, draft => new ToolPolicy(rules[draft.Contract.Name], invariants[draft.Contract.Name], hash, section.OptionalText("/otherwise") is not null));
    }

    /// <summary>Reads an approver requirement; shared with the manifest's default.</summary>
    internal static ApprovalRequirement Requirement(BundleSection section, string pointer, string rule)
    {
        foreach (var item in section.Children(pointer + "/any_of")) CheckApprover(section, item);
        var tiers = new List<ApproverTier>();
        foreach (var tier in section.Children(pointer + "/then"))
        {
            foreach (var item in section.Children(tier + "/any_of")) CheckApprover(section, item);
            var after = section.Duration(tier + "/after");
            if (after <= (tiers.Count == 0 ? TimeSpan.Zero : tiers[^1].After)) section.Fault(tier + "/after", "Each further circle of approvers is asked later than the one before it.");
            tiers.Add(new ApproverTier(after, section.Texts(tier + "/any_of")));
        }

        return new ApprovalRequirement(rule, section.Find(pointer + "/count")?.GetInt32() ?? 1, section.Texts(pointer + "/any_of"), section.Texts(pointer + "/exclude"))
        {
            StepUp = section.OptionalText(pointer + "/step_up") is { } stepUp ? WireName.Parse<StepUp>(stepUp) : StepUp.None,
            Then = tiers,
        };
    }

    private static void CheckApprover(BundleSection section, string item)
    {
        var text = section.Text(item);
        var kind = text.Split(':')[0];
        var fits = text == TicketAssignee || (text.Split(':') is [_, { Length: > 0 }] && ApproverKinds.Contains(kind) && kind != TicketAssignee);
        if (!fits) section.Fault(item, $"\"{text}\" names nobody: write group:NAME, user:NAME, oncall:NAME or {TicketAssignee}.", NearestName.Find(kind, ApproverKinds));
    }

    private static PolicyRule? Rule(BundleSection section, string pointer, ContractDraft draft)
    {
        var id = section.Text(pointer + "/id");
        var outcome = WireName.Parse<PolicyOutcome>(section.Text(pointer + "/decision"));
        var hasApprovers = section.Find(pointer + "/approvers") is not null;
        if (outcome == PolicyOutcome.Approve && !hasApprovers) section.Fault(pointer, $"Rule \"{id}\" asks for approval but names no approvers.");
        if (outcome != PolicyOutcome.Approve && hasApprovers) section.FaultAtKey(pointer + "/approvers", $"Rule \"{id}\" does not ask for approval, so it cannot have approvers.");
        if (outcome == PolicyOutcome.Escalate && section.Find(pointer + "/to") is null) section.Fault(pointer, $"Rule \"{id}\" escalates but does not say to whom: add to: TEAM.");
        if (outcome == PolicyOutcome.Auto && draft.Contract.Reversible is null)
            section.Fault(pointer + "/decision", $"\"{draft.Contract.Name}\" is irreversible, so no rule may approve it automatically.");
        var when = section.Condition(pointer + "/when", draft.Scope[ExpressionStage.Decide]);
        if (when is null) return null;
        var requirement = outcome == PolicyOutcome.Approve && hasApprovers ? Requirement(section, pointer + "/approvers", id) : null;
        return new PolicyRule(id, when, outcome, requirement, section.OptionalText(pointer + "/to"), section.Place(pointer + "/when"), section.OptionalText(pointer + "/says"));
    }

    /// <summary>Tests are left out: a further test changes nothing about what pending approvals were given for.</summary>
    private static string HashOf(BundleSection section)
    {
        var policy = JsonSerializer.SerializeToNode(section.Root)!.AsObject();
        policy.Remove("tests");
        policy.Remove("given");
        return CanonicalJson.Digest(JsonSerializer.SerializeToElement(policy));
    }

    private static PolicyInvariant? Invariant(BundleSection section, string pointer, ContractDraft draft)
    {
        var never = section.Find(pointer + "/never") is not null;
        var condition = section.Condition(pointer + (never ? "/never" : "/always"), draft.Scope[ExpressionStage.Invariant]);
        return condition is null ? null : new PolicyInvariant(section.Text(pointer + "/id"), condition, never, section.Place(pointer + (never ? "/never" : "/always")));
    }

    private static IEnumerable<string> Tools(BundleSection section, string pointer, Dictionary<string, ContractDraft> drafts)
    {
        foreach (var item in section.Children(pointer + "/tools"))
        {
            var tool = section.Text(item);
            if (!drafts.TryGetValue(tool, out var draft)) section.Fault(item, $"There is no tool \"{tool}\".", NearestName.Find(tool, drafts.Keys));
            else if (draft.Contract.ReadOnly) section.Fault(item, $"\"{tool}\" only reads; policy decides on changes.");
            else yield return tool;
        }
    }

    private static void UniqueIds(BundleSection section, string pointer)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in section.Children(pointer))
            if (!seen.Add(section.Text(item + "/id"))) section.Fault(item + "/id", $"The id \"{section.Text(item + "/id")}\" stands twice.");
    }
}
