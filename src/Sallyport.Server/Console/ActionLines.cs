using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Approvals;
using Sallyport.Console;
using Sallyport.Console.Views;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>Actions as lists show them.</summary>
internal sealed class ActionLines(ReleaseRegistry releases, IActionStore store, DecisionRights rights)
{
    private const int LongestSubject = 160;

    /// <summary>The action in one line.</summary>
    internal async Task<ActionLine> LineAsync(ActionRecord action, CancellationToken cancellation)
    {
        var release = await releases.FindAsync(action.Release, cancellation);
        var contract = release?.Tools.GetValueOrDefault(action.Tool);
        var arguments = CanonicalJson.Parse(action.Arguments);
        return new ActionLine(
            action.Id, contract?.Title ?? action.Tool, action.Tool, action.Workflow, contract is null ? "unknown" : WireName.Of(contract.Risk), WireName.Of(action.State),
            action.ProposerName, Display.Amount(arguments), Subject(arguments), Says(release, action.Tool, action.Rule) ?? $"Rule {action.Rule}.", contract?.Reversible is not null, action.CreatedAt, action.ExpiresAt);
    }

    internal async Task<IReadOnlyList<ActionLine>> LinesAsync(IEnumerable<ActionRecord> actions, CancellationToken cancellation)
    {
        var lines = new List<ActionLine>();
        foreach (var action in actions) lines.Add(await LineAsync(action, cancellation));
        return lines;
    }

    /// <summary>A pending action in the inbox of a person.</summary>
    internal async Task<InboxLine> InboxAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation)
    {
        var line = await LineAsync(action, cancellation);
        var mine = (await rights.OfAsync(action, person, cancellation)).MayDecide;
        var answers = await store.DecisionsAsync(action.Tenant, action.Id, cancellation);
        var needs = action.Requirements.Select(need => $"{Given(action, need.Rule, answers)} of {need.Count} from {Display.Approvers(need.AnyOf)}").Distinct(StringComparer.Ordinal);
        return new InboxLine(line, action.ApprovalId ?? "", action.StatementDigest, mine, string.Join("; ", needs), mine && line.Risk == WireName.Of(RiskClass.Low) && action.Requirements.All(need => need.StepUp == StepUp.None) ? BatchKey(action) : null);
    }

    /// <summary>How many approvals of the current round count for a rule.</summary>
    internal static int Given(ActionRecord action, string rule, IReadOnlyList<ApprovalDecision> answers) =>
        action.Requirements.FirstOrDefault(need => need.Rule == rule) is not { } requirement ? 0 : Enumerable.Range(1, requirement.Count)
            .LastOrDefault(count => ApprovalQuorum.IsMet(action with { Requirements = [requirement with { Count = count }] }, answers));

    /// <summary>The rule or the out-of-scope case of a name, in plain English.</summary>
    internal static string? Says(Release? release, string tool, string rule) =>
        release?.Policies.GetValueOrDefault(tool)?.Rules.FirstOrDefault(candidate => candidate.Id == rule)?.Says?.Trim()
        ?? release?.Manifest.OutOfScope.FirstOrDefault(scope => scope.Id == rule || "out-of-scope:" + scope.Id == rule)?.Says.Trim();

    /// <summary>
    /// Digest of what an approver would see, ids left out: proposals with an equal one differ in nothing else. The facts belong to it, since
    /// a person decides on them too.
    /// </summary>
    private static string BatchKey(ActionRecord action) => CanonicalJson.Digest(JsonSerializer.SerializeToElement(new
    {
        action.Workflow, action.Release, action.Tool, action.Rule, action.ProposerId, action.Compensates, requirements = JsonSerializer.Serialize(action.Requirements),
        arguments = WithoutIds(JsonNode.Parse(action.Arguments)), facts = WithoutIds(JsonNode.Parse(action.Facts)), diff = action.Diff is null ? null : WithoutIds(JsonNode.Parse(action.Diff)),
    }));

    private static JsonNode? WithoutIds(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (name, value) in members)
                    kept[name] = value is JsonValue && (name == "id" || name.EndsWith("_id", StringComparison.Ordinal)) ? "id" : WithoutIds(value);
                return kept;
            case JsonArray items:
                return new JsonArray([.. items.Select(WithoutIds)]);
            default:
                return node?.DeepClone();
        }
    }

    private static string Subject(JsonElement arguments)
    {
        var hasAmount = Display.Amount(arguments) is not null;
        var text = string.Join(" · ", Display.Members(arguments)
            .Where(member => !hasAmount || (member.Name != "currency" && Display.Money(member.Name, member.Value, arguments) is null))
            .Select(member => Display.Value(member.Name, member.Value, arguments)));
        return text.Length <= LongestSubject ? text : text[..LongestSubject] + " …";
    }
}
