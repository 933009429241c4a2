using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>What two releases differ in beyond decisions on single calls, as far as it may give the agent more room.</summary>
public static class ReleaseDifference
{
    /// <summary>Each difference that may loosen, in a sentence; whatever is not known to tighten counts.</summary>
    public static IEnumerable<string> Loosenings(Release before, Release after)
    {
        foreach (var change in OfManifest(before.Manifest, after.Manifest)) yield return change;
        foreach (var tool in after.Tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            if (!before.Tools.TryGetValue(tool.Name, out var old)) yield return $"The tool {tool.Name} is new.";
            else
                foreach (var change in OfTool(old, tool)) yield return change;
        }

        foreach (var (tool, policy) in before.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal))
            foreach (var invariant in policy.Invariants)
                if (!after.Policies.TryGetValue(tool, out var now) || !now.Invariants.Any(other => IsSame(invariant, other)))
                    yield return $"The invariant {invariant.Id} of {tool} is gone or has changed.";
    }

    private static bool IsSame(PolicyInvariant a, PolicyInvariant b) => a.Never == b.Never && a.Condition.Source == b.Condition.Source;

    private static IEnumerable<string> OfManifest(WorkflowManifest before, WorkflowManifest after)
    {
        if (after.Phase > before.Phase) yield return $"The phase goes from {before.Phase} to {after.Phase}.";
        if (after.ConfidenceFloor < before.ConfidenceFloor) yield return $"The confidence floor falls from {before.ConfidenceFloor} to {after.ConfidenceFloor}.";
        if (after.ApprovalExpiry > before.ApprovalExpiry) yield return $"An approval waits {after.ApprovalExpiry} instead of {before.ApprovalExpiry}.";
        if (!Same(before.DefaultApproval, after.DefaultApproval)) yield return "The default approvers have changed.";
        if (after.Identity != before.Identity) yield return $"The identity model goes from {before.Identity} to {after.Identity}.";
        if (after.Owner.Team != before.Owner.Team) yield return $"Cases of low confidence go to {after.Owner.Team} instead of {before.Owner.Team}.";
        foreach (var scope in after.OutOfScope)
            if (before.OutOfScope.FirstOrDefault(old => old.Id == scope.Id) is { } old && old.EscalateTo != scope.EscalateTo)
                yield return $"The out-of-scope case {scope.Id} goes to {scope.EscalateTo} instead of {old.EscalateTo}.";
        foreach (var source in after.Inputs)
        {
            if (before.Inputs.FirstOrDefault(old => old.Source == source.Source) is not { } old) yield return $"Tasks also come from {source.Source}.";
            else if (CanonicalJson.ToText(old.SchemaSource) != CanonicalJson.ToText(source.SchemaSource)) yield return $"Tasks from {source.Source} may hold something else.";
        }

        foreach (var change in OfLimits(before.Limits, after.Limits)) yield return change;
        if (!Same(before.Guarantee, after.Guarantee)) yield return "The guarantee has changed.";
    }

    private static IEnumerable<string> OfLimits(WorkflowLimits before, WorkflowLimits after)
    {
        if (after.RequestsPerMinute > before.RequestsPerMinute) yield return $"Requests per minute rise from {before.RequestsPerMinute} to {after.RequestsPerMinute}.";
        if (after.InvocationsPerTask > before.InvocationsPerTask) yield return $"Invocations per task rise from {before.InvocationsPerTask} to {after.InvocationsPerTask}.";
        if (after.IdenticalCallsPerTask > before.IdenticalCallsPerTask) yield return $"Identical calls per task rise from {before.IdenticalCallsPerTask} to {after.IdenticalCallsPerTask}.";
        foreach (var (name, old, now) in new[] { ("task", before.AmountPerTask, after.AmountPerTask), ("day", before.AmountPerDay, after.AmountPerDay) })
            foreach (var (currency, minor) in now)
                if (minor > old.GetValueOrDefault(currency)) yield return $"The amount per {name} in {currency} rises from {old.GetValueOrDefault(currency)} to {minor} minor units.";
    }

    private static IEnumerable<string> OfTool(ToolContract before, ToolContract after)
    {
        if (after.Risk != before.Risk) yield return $"The risk of {after.Name} goes from {before.Risk} to {after.Risk}.";
        if (after.Scope != before.Scope) yield return $"{after.Name} needs the scope {after.Scope} instead of {before.Scope}.";
        if (Text(before.Resource) != Text(after.Resource)) yield return $"{after.Name} narrows its scope by another resource.";
        if (Facts(before) != Facts(after)) yield return $"{after.Name} reads its facts in another way.";
        if (!Same(Effect(before), Effect(after))) yield return $"{after.Name} carries out its effect in another way.";
        if (before.Amount?.Minor.Source != after.Amount?.Minor.Source || before.Amount?.Currency.Source != after.Amount?.Currency.Source)
            yield return $"{after.Name} counts its amount in another way.";
        if (Text(before.Diff) != Text(after.Diff)) yield return $"{after.Name} shows approvers another difference.";
        if (after.ReadOnly && !Same(Reading(before), Reading(after))) yield return $"{after.Name} may be read with other arguments, under other rules or with another answer.";
    }

    /// <summary>What decides who learns what from a tool that only reads: no policy does, so no comparison of policies sees it.</summary>
    private static object Reading(ToolContract tool) => new
    {
        Input = CanonicalJson.ToText(tool.InputSchema), Facts = tool.Facts.Select(fact => CanonicalJson.ToText(fact.SchemaSource)),
        Rules = tool.Rules.Select(rule => rule.DenyUnless.Source), Result = Text(tool.Result),
    };

    private static string Facts(ToolContract tool) => JsonSerializer.Serialize(tool.Facts.Select(fact => new { fact.Name, fact.Connector, Request = Text(fact.Request) }));

    private static object? Effect(ToolContract tool) => tool.Effect is not { } effect ? null : new
    {
        effect.Connector, Request = Text(effect.Request), effect.MaxAttempts, effect.IdempotentFor, effect.MaxInFlight, Fence = Text(effect.Fence), Revoke = Text(effect.Revoke), Probe = Text(effect.Probe?.Request),
        Applied = effect.Probe?.AppliedWhen.Source, Result = Text(effect.Probe?.Result), Undo = tool.Reversible?.By, tool.Reversible?.Within, Undoing = Text(tool.Reversible?.Arguments),
    };

    private static string Text(JsonTemplate? template) => template is null ? "" : CanonicalJson.ToText(template.Source);

    private static bool Same(Guarantee a, Guarantee b) =>
        a.Tool == b.Tool && a.Scope == b.Scope && a.Within.Source == b.Within.Source &&
        a.Approval.Select(clause => (clause.When.Source, clause.Approvals)).SequenceEqual(b.Approval.Select(clause => (clause.When.Source, clause.Approvals)));

    private static bool Same(object? a, object? b) => JsonSerializer.Serialize(a) == JsonSerializer.Serialize(b);
}
