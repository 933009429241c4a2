using Sallyport.Cel;
using Sallyport.Contracts.Money;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>Compiles <c>workflow.yaml</c> against the bundle's contracts.</summary>
internal static class ManifestCompiler
{
    internal static WorkflowManifest? Compile(BundleSection section, Dictionary<string, ContractDraft> drafts)
    {
        var inputs = section.Children("/inputs").Select(pointer => Input(section, pointer)).ToList();
        var outcomes = Outcomes(section, drafts, success: true).Concat(Outcomes(section, drafts, success: false)).ToList();
        var outOfScope = section.Children("/out_of_scope").Select(pointer => OutOfScope(section, pointer, drafts)).ToList();
        var guarantee = Guaranteed(section, drafts);
        if (guarantee is null || inputs.Any(input => input is null)) return null;
        foreach (var currency in section.Children("/limits/amount_per_day").Concat(section.Children("/limits/amount_per_task")))
        {
            var code = currency[(currency.LastIndexOf('/') + 1)..];
            if (!Iso4217.Codes.Contains(code)) section.FaultAtKey(currency, $"\"{code}\" is not an ISO 4217 currency.", NearestName.Find(code, Iso4217.Codes));
        }

        return new WorkflowManifest(
            section.Text("/workflow"), section.Text("/version"), section.Text("/title"),
            new WorkflowOwner(section.Text("/owner/person"), section.Text("/owner/team"), section.Text("/owner/contact")),
            WireName.Parse<RolloutPhase>(section.Text("/phase")), WireName.Parse<IdentityModel>(section.Text("/identity")),
            [.. inputs.OfType<InputSource>()], outcomes, outOfScope, guarantee, Limits(section), section.Duration("/approvals/expires_after"),
            PolicyCompiler.Requirement(section, "/approvals/default", "workflow-default"), section.Find("/confidence_floor")?.GetDouble() ?? 0);
    }

    private static InputSource? Input(BundleSection section, string pointer)
    {
        UnitCheck.Run(section, pointer + "/schema");
        if (section.Find(pointer + "/schema/required") is null)
            section.Fault(pointer + "/schema", "An input source lists the fields that a task needs: add required.");
        return section.Schema(pointer + "/schema") is { } schema
            ? new InputSource(section.Text(pointer + "/source"), section.Text(pointer + "/says"), section.Find(pointer + "/schema")!.Value, schema, Ticket(section, pointer)) : null;
    }

    private static TicketField? Ticket(BundleSection section, string pointer)
    {
        if (section.OptionalText(pointer + "/ticket/field") is not { } field) return null;
        if (section.Find($"{pointer}/schema/properties/{field}/type") is not { ValueKind: System.Text.Json.JsonValueKind.String } type || type.GetString() != "string")
            section.Fault(pointer + "/ticket/field", $"\"{field}\" is no text field of this input, so it cannot name a ticket.");
        return new TicketField(section.Text(pointer + "/ticket/system"), field);
    }

    private static IEnumerable<WorkflowOutcome> Outcomes(BundleSection section, Dictionary<string, ContractDraft> drafts, bool success)
    {
        foreach (var pointer in section.Children(success ? "/outcomes/success" : "/outcomes/failure"))
        {
            var tool = section.Text(pointer + "/tool");
            Known(section, pointer + "/tool", tool, drafts);
            yield return new WorkflowOutcome(section.Text(pointer + "/id"), section.Text(pointer + "/says"), success, tool, section.Text(pointer + "/state"));
        }
    }

    private static OutOfScopeCase OutOfScope(BundleSection section, string pointer, Dictionary<string, ContractDraft> drafts)
    {
        var conditions = new Dictionary<string, CelProgram>(StringComparer.Ordinal);
        foreach (var item in section.Children(pointer + "/tools"))
        {
            var tool = section.Text(item);
            if (!Known(section, item, tool, drafts)) continue;
            if (section.Condition(pointer + "/when", drafts[tool].Scope[ExpressionStage.Decide]) is { } when) conditions[tool] = when;
        }

        return new OutOfScopeCase(section.Text(pointer + "/id"), section.Text(pointer + "/says"), conditions, section.Text(pointer + "/escalate_to"), section.Place(pointer + "/when"));
    }

    private static Guarantee? Guaranteed(BundleSection section, Dictionary<string, ContractDraft> drafts)
    {
        var tool = section.Text("/guarantee/tool");
        if (!Known(section, "/guarantee/tool", tool, drafts)) return null;
        var draft = drafts[tool];
        var scope = section.Text("/guarantee/scope");
        if (scope != draft.Contract.Scope)
            section.Fault("/guarantee/scope", $"The guarantee names the scope \"{scope}\", but the contract of \"{tool}\" enforces \"{draft.Contract.Scope}\".");
        var decide = draft.Scope[ExpressionStage.Decide];
        var within = section.Condition("/guarantee/within", decide);
        var clauses = section.Children("/guarantee/approval").Select(pointer =>
            section.Condition(pointer + "/when", decide) is { } when ? new GuaranteeClause(when, section.Find(pointer + "/approvals")!.Value.GetInt32(), section.Place(pointer + "/when")) : null).ToList();
        return within is null || clauses.Any(clause => clause is null) ? null
            : new Guarantee(section.Text("/guarantee/says"), tool, scope, within, [.. clauses.OfType<GuaranteeClause>()], section.Place("/guarantee/within"));
    }

    private static WorkflowLimits Limits(BundleSection section) => new(
        Int(section, "/limits/requests_per_minute"), Int(section, "/limits/invocations_per_task"), Int(section, "/limits/identical_calls_per_task"),
        Amounts(section, "/limits/amount_per_task"), Amounts(section, "/limits/amount_per_day"));

    private static int Int(BundleSection section, string pointer) => section.Find(pointer)?.GetInt32() ?? 0;

    private static Dictionary<string, long> Amounts(BundleSection section, string pointer) =>
        section.Children(pointer).ToDictionary(child => child[(child.LastIndexOf('/') + 1)..], child => section.Find(child)!.Value.GetInt64());

    private static bool Known(BundleSection section, string pointer, string tool, Dictionary<string, ContractDraft> drafts)
    {
        if (drafts.ContainsKey(tool)) return true;
        section.Fault(pointer, $"There is no tool \"{tool}\".", NearestName.Find(tool, drafts.Keys));
        return false;
    }
}
