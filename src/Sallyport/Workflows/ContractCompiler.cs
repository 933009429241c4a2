using System.Text;
using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>A contract with what compiling the rest of the bundle still needs.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Scope">Its expression variables.</param>
/// <param name="Section">The file, for faults found later.</param>
/// <param name="Programs">The expressions whose facts an approval is bound to.</param>
internal sealed record ContractDraft(ToolContract Contract, ExpressionScope Scope, BundleSection Section, IReadOnlyList<CelProgram> Programs);

/// <summary>Compiles one <c>tools/*.yaml</c>.</summary>
internal static class ContractCompiler
{
    /// <summary>Tools that the MCP door offers by itself; a contract of the same name would be hidden behind them.</summary>
    private static readonly string[] Reserved = ["open_task", "get_action", "cancel_action", "compensate_action"];

    internal static ContractDraft? Compile(BundleSection section)
    {
        var input = section.Schema("/input");
        ClosedObject(section, "/input");
        UnitCheck.Run(section, "/input");
        var risk = WireName.Parse<RiskClass>(section.Text("/risk"));
        var names = section.Children("/facts").ToList();
        var schemas = names.Select(pointer => (Pointer: pointer, Schema: section.Schema(pointer + "/schema"))).ToList();
        foreach (var pointer in names) UnitCheck.Run(section, pointer + "/schema");
        if (input is null || schemas.Any(entry => entry.Schema is null)) return null;

        var scope = new ExpressionScope(section.Find("/input")!.Value, names.Select(pointer =>
            KeyValuePair.Create(Name(pointer), section.Find(pointer + "/schema")!.Value)));
        var decide = scope[ExpressionStage.Decide];
        var facts = schemas.Select(entry => Fact(section, entry.Pointer, entry.Schema!, scope)).ToList();
        var rules = section.Children("/rules").Select(pointer => Rule(section, pointer, decide)).ToList();
        var effect = Effect(section, scope);
        var resource = section.Template("/resource", decide);
        var diff = section.Template("/diff", decide);
        var result = section.Template("/result", decide);
        var amount = Amount(section, scope[ExpressionStage.Decide]);
        var correlate = section.Children("/correlate").Select(pointer => section.Expression(pointer, decide)).ToList();
        var reversible = Reversible(section, scope);
        CheckKind(section, risk);
        if (Reserved.Contains(section.Text("/tool"))) section.Fault("/tool", $"\"{section.Text("/tool")}\" is a tool of the server itself on MCP; choose another name.");
        CheckCodes(section);

        var contract = new ToolContract
        {
            Name = section.Text("/tool"),
            Title = section.Text("/title"),
            Description = section.Text("/description"),
            Risk = risk,
            Reversible = reversible,
            Scope = section.Text("/scope"),
            Resource = resource,
            InputSchema = section.Find("/input")!.Value,
            Input = input,
            Facts = [.. facts.OfType<FactSource>()],
            Rules = [.. rules.OfType<EligibilityRule>()],
            Effect = effect,
            Result = result,
            Diff = diff,
            Amount = amount,
            Correlate = [.. correlate.OfType<CelProgram>()],
            Errors = section.Children("/errors").ToDictionary(Name, section.Text),
            Examples = [.. section.Children("/examples").Select(pointer => Example(section, pointer, input))],
            Hash = CanonicalJson.Digest(Encoding.UTF8.GetBytes(CanonicalJson.ToText(section.Root))),
        };
        return new ContractDraft(contract, scope, section,
            [.. contract.Rules.Select(rule => rule.DenyUnless), .. resource?.Programs ?? [], .. diff?.Programs ?? [], .. effect?.Request.Programs ?? [],
             .. amount is null ? [] : new[] { amount.Minor, amount.Currency }]);
    }

    private static FactSource? Fact(BundleSection section, string pointer, JsonSchema.JsonSchema schema, ExpressionScope scope)
    {
        // Facts are read in the order written and may not use each other: one round of reads, all at once.
        var request = section.Template(pointer + "/request", scope[ExpressionStage.Request]);
        return request is null ? null : new FactSource(
            Name(pointer), section.Text(pointer + "/connector"), request, section.Find(pointer + "/schema")!.Value, schema, section.Text(pointer + "/absent"));
    }

    private static EligibilityRule? Rule(BundleSection section, string pointer, CelEnvironment environment) =>
        section.Condition(pointer + "/deny_unless", environment) is { } condition
            ? new EligibilityRule(section.Text(pointer + "/id"), condition, section.Text(pointer + "/code")) : null;

    private static EffectSpec? Effect(BundleSection section, ExpressionScope scope)
    {
        if (section.Find("/effect") is null) return null;
        var environment = scope[ExpressionStage.Effect];
        var request = section.Template("/effect/request", environment);
        var probe = section.Find("/effect/probe") is null ? null : Probe(section, scope);
        var (fence, revoke) = (section.Template("/effect/fence", environment), section.Template("/effect/revoke", environment));
        var timeout = section.Duration("/effect/timeout");
        if (timeout < TimeSpan.FromMilliseconds(100) || timeout > TimeSpan.FromMinutes(5))
            section.Fault("/effect/timeout", "A timeout must lie between 0.1 seconds and 5 minutes.");
        if (request is null) return null;
        var spec = new EffectSpec(
            section.Text("/effect/connector"), request, timeout, section.Find("/effect/max_attempts")?.GetInt32() ?? 3,
            Optional(section, "/effect/idempotent_for"), Optional(section, "/effect/max_in_flight"), fence, revoke, probe);
        CheckWaysOut(section, spec);
        return spec;
    }

    private static TimeSpan? Optional(BundleSection section, string pointer) => section.Find(pointer) is null ? null : section.Duration(pointer);

    /// <summary>A promise that no way out of an unknown outcome could use is a mistake of whoever wrote the contract.</summary>
    private static void CheckWaysOut(BundleSection section, EffectSpec effect)
    {
        if (effect is { Fence: not null, Revoke: not null }) section.FaultAtKey("/effect/revoke", "One of fence and revoke is enough; the fence is the stronger.");
        foreach (var member in new[] { "fence", "revoke", "max_in_flight" })
            if (section.Find("/effect/" + member) is not null && section.Find("/effect/probe") is null)
                section.FaultAtKey("/effect/" + member, $"Without a probe nothing can be concluded from {member}; add probe: {{request, applied_when, result}}.");
        if (effect.ResendUntil(DateTimeOffset.UnixEpoch) is { } until && until <= DateTimeOffset.UnixEpoch)
            section.Fault("/effect/idempotent_for", "The key is forgotten before a second request could safely arrive: idempotent_for must exceed timeout and max_in_flight (16 minutes where none is given).");
    }

    private static ProbeSpec? Probe(BundleSection section, ExpressionScope scope)
    {
        var request = section.Template("/effect/probe/request", scope[ExpressionStage.Effect]);
        var applied = section.Condition("/effect/probe/applied_when", scope[ExpressionStage.Outcome]);
        var result = section.Template("/effect/probe/result", scope[ExpressionStage.Outcome]);
        return request is null || applied is null || result is null ? null : new ProbeSpec(request, applied, result);
    }

    private static AmountSpec? Amount(BundleSection section, CelEnvironment environment)
    {
        if (section.Find("/amount") is null) return null;
        var minor = section.Expression("/amount/minor", environment);
        var currency = section.Expression("/amount/currency", environment);
        return minor is null || currency is null ? null : new AmountSpec(minor, currency);
    }

    private static Reversibility? Reversible(BundleSection section, ExpressionScope scope)
    {
        if (section.Find("/reversible") is null) return null;
        var arguments = section.Template("/reversible/arguments", scope[ExpressionStage.Outcome]);
        return arguments is null ? null : new Reversibility(section.Text("/reversible/by"), section.Duration("/reversible/within"), arguments);
    }

    private static ToolExample Example(BundleSection section, string pointer, JsonSchema.JsonSchema input)
    {
        var arguments = section.Find(pointer + "/arguments")!.Value;
        var code = section.OptionalText(pointer + "/expect/code");
        if (code != "invalid_arguments")
            foreach (var error in input.Validate(arguments).Errors) section.Fault($"{pointer}/arguments{error.InstancePath}", "The example does not fit the contract: " + error.Message);
        return new ToolExample(section.Text(pointer + "/name"), arguments, section.Find(pointer + "/dry_run")?.GetBoolean() ?? false,
            section.OptionalText(pointer + "/expect/state"), code);
    }

    /// <summary>The top of every input is a closed object: an argument that the contract does not know is refused, not ignored.</summary>
    private static void ClosedObject(BundleSection section, string pointer)
    {
        if (section.Text(pointer + "/type") != "object") section.Fault(pointer, "The input must be an object (type: object).");
        if (section.Find(pointer + "/additionalProperties") is { ValueKind: JsonValueKind.True or JsonValueKind.Object })
            section.Fault(pointer + "/additionalProperties", "Unknown arguments must be refused: additionalProperties can only be false.");
        if (section.Find(pointer + "/additionalProperties") is null)
            section.Fault(pointer, "Unknown arguments must be refused: add additionalProperties: false.");
    }

    private static void CheckKind(BundleSection section, RiskClass risk)
    {
        var reads = risk == RiskClass.Read;
        if (reads && section.Find("/effect") is not null) section.FaultAtKey("/effect", "A tool with risk: read has no effect.");
        if (reads && section.Find("/result") is null) section.Fault("", "A tool that reads needs a result made from its facts.");
        if (!reads && section.Find("/effect") is null) section.Fault("/risk", "A tool that changes state needs an effect; only risk: read has none.");
        if (!reads && section.Find("/diff") is null) section.Fault("", "A tool that changes state needs a diff, so that dry runs and approvers see what changes.");
        if (!reads && section.Find("/reversible") is null == (section.Find("/irreversible") is null))
            section.Fault("", "A tool that changes state says exactly one of reversible: {by, within, arguments} or irreversible: true.");
        if (risk == RiskClass.MoneyMovement && section.Find("/amount") is null)
            section.Fault("/risk", "A tool that moves money needs amount: {minor, currency}, or budgets cannot hold it.");
    }

    private static void CheckCodes(BundleSection section)
    {
        var declared = section.Children("/errors").Select(Name).ToHashSet(StringComparer.Ordinal);
        var used = section.Children("/rules").Select(pointer => pointer + "/code").Concat(section.Children("/facts").Select(pointer => pointer + "/absent"));
        foreach (var pointer in used)
        {
            var code = section.Text(pointer);
            if (!declared.Contains(code)) section.Fault(pointer, $"The code \"{code}\" is not explained under errors.", NearestName.Find(code, declared));
        }
    }

    private static string Name(string pointer) => pointer[(pointer.LastIndexOf('/') + 1)..];
}
