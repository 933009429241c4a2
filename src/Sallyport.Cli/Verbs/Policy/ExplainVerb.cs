using System.CommandLine;
using System.Text.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy explain</c>: why an action was decided as it was, down to every leaf of every condition.</summary>
internal static class ExplainVerb
{
    internal static Command Create()
    {
        var id = new Argument<string>("action") { Description = "The action's id, act_…" };
        return Connection.Verb("explain", "Explain a decision from the record: every rule, every condition with its values, who had to approve. Fails when the record does not give the recorded decision.\n\nExample: sallyport policy explain act_0197…",
            async (parsed, client, cancellation) =>
            {
                var explanation = await client.ExplainAsync(parsed.GetValue(id)!, cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(explanation);
                else Print(explanation);
                return explanation.Faithful ? ExitCodes.Ok : ExitCodes.Refused;
            }, id);
    }

    private static void Print(ExplanationView e)
    {
        Output.Line($"{e.ActionId}  {e.Tool}  {e.State}  decided {e.DecidedAt:u}");
        Output.Line($"  arguments  {e.Arguments.GetRawText()}");
        Output.Line($"  facts      {e.Facts.GetRawText()}");
        Output.Line($"  release    {e.Release} (phase {e.Phase})");
        if (e.Confidence is { } confidence) Output.Line(FormattableString.Invariant($"  confidence {confidence} (floor {e.ConfidenceFloor})"));
        Output.Line($"  recorded   {Summary(e.Recorded)}");
        Output.Coloured(e.Faithful ? "green" : "red", $"  recomputed {Summary(e.Recomputed)}: {(e.Faithful ? "the record gives the recorded decision" : "THE RECORD DOES NOT GIVE THE RECORDED DECISION")}");
        foreach (var discrepancy in e.Discrepancies) Output.Coloured("red", "  !! " + discrepancy);
        foreach (var note in e.Notes) Output.Line("  note: " + note);
        if (e.Cases.Count > 0) Output.Line("Out-of-scope cases");
        foreach (var one in e.Cases) Condition(one.Applies ? "applies" : "no", $"{one.Case}: to {one.EscalateTo}", one.Condition, one.Applies ? "yellow" : "grey");
        Output.Line("Rules");
        foreach (var rule in e.Rules)
            Condition(rule.Condition.Error is not null ? "ERROR" : rule.Matched ? "matched" : "no", $"{rule.Rule}: {rule.Outcome}{People(rule)}{(rule.Decided ? "  <= decided" : "")}", rule.Condition, rule.Decided ? "green" : rule.Matched ? "yellow" : "grey");
        if (e.Invariants.Count > 0) Output.Line("Invariants");
        foreach (var one in e.Invariants) Condition(one.Holds ? "holds" : "BROKEN", $"{one.Invariant}: {(one.Never ? "never" : "always")}", one.Condition, one.Holds ? "green" : "red");
        if (e.Guarantee is not { } guarantee) return;
        Output.Line($"Guarantee: {guarantee.Says}");
        Condition(guarantee.Within.Value == true ? "holds" : "no", "within", guarantee.Within, guarantee.Within.Value == true ? "green" : "red");
        foreach (var clause in guarantee.Approval) Condition(clause.Applies ? "applies" : "no", $"{clause.Approvals} approval{(clause.Approvals == 1 ? "" : "s")}", clause.Condition, clause.Applies ? "yellow" : "grey");
        if (guarantee.Broken is { } broken) Output.Coloured("red", $"  BROKEN {broken}");
    }

    private static void Condition(string mark, string title, ConditionView condition, string colour)
    {
        Output.Coloured(colour, $"  {mark,-8} {title}");
        Output.Line($"           {condition.Source}{(condition.Place is { } place ? $"  ({place})" : "")}");
        if (condition.Error is { } error) Output.Coloured("red", $"           {error}");
        foreach (var atom in condition.Atoms)
        {
            var value = atom.Error is null ? atom.Value == true ? "true" : "false" : "error";
            var reads = string.Join(", ", atom.Reads.Select(read => $"{read.Path} = {Text(read.Value)}"));
            Output.Line($"             {value,-5} {atom.Text}{(atom.Place is { } at ? $"  {at}" : "")}{(reads.Length > 0 ? $"  [{reads}]" : "")}{(atom.Error is { } why ? $"  {why}" : "")}");
        }
    }

    private static string Summary(DecisionSummary decision) =>
        $"{decision.Outcome} by rule {decision.Rule}{(decision.Approvers.Count == 0 ? "" : $", {string.Join(" and ", decision.Approvers.Select(One))}")}";

    private static string People(RuleExplanation rule) => rule.Approvers is { } people ? $" by {One(people)}" : rule.To is { } to ? " to " + to : "";

    private static string One(ApprovalRequirementView people) =>
        $"{people.Count} of {string.Join("/", people.AnyOf)}{(people.Exclude.Count == 0 ? "" : $" but {string.Join(", ", people.Exclude)}")}";

    private static string Text(JsonElement? value) => value is { } present ? present.GetRawText() : "absent";
}
