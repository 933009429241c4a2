using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>A policy over a small world, with the plainest possible evaluator: the fold that the engine has, on the production CEL.</summary>
internal sealed class TestPolicy
{
    internal const string Args = """
        {"type":"object","additionalProperties":false,"required":["amount","price","currency","quota"],"properties":{
          "amount":{"type":"integer","minimum":0,"maximum":100000},
          "quantity":{"type":"integer","minimum":1,"maximum":50},
          "price":{"type":"number","minimum":0,"maximum":10000,"multipleOf":0.01},
          "currency":{"type":"string","enum":["USD","EUR","GBP"]},
          "note":{"type":"string","maxLength":80},
          "urgent":{"type":"boolean"},
          "quota":{"type":["integer","null"],"minimum":0,"maximum":1000}}}
        """;

    internal const string Facts = """
        {"type":"object","required":["order","customer"],"properties":{
          "order":{"type":"object","required":["total","refunded","region","owner"],"properties":{
            "total":{"type":"integer","minimum":0,"maximum":1000000},
            "refunded":{"type":"integer","minimum":0,"maximum":1000000},
            "region":{"type":"string"},
            "owner":{"type":"string"},
            "coupon":{"type":"string"}}},
          "customer":{"type":"object","required":["tenure","level","flags"],"properties":{
            "tenure":{"type":"integer","minimum":0,"maximum":40000},
            "level":{"type":"string","enum":["basic","gold","platinum"]},
            "score":{"type":"integer"},
            "vip":{"type":"boolean"},
            "flags":{"type":"array","maxItems":20,"items":{"type":"string"}}}}}}
        """;

    private readonly CelEnvironment _decide;
    private readonly CelEnvironment _invariant;
    private readonly IReadOnlyDictionary<string, JsonElement> _inputs;

    internal TestPolicy(string? args = null, string? facts = null)
    {
        _inputs = new Dictionary<string, JsonElement> { ["args"] = Json(args ?? Args), ["facts"] = Json(facts ?? Facts) };
        CelVariable[] variables = [.. _inputs.Select(input => new CelVariable(input.Key, CelType.FromJsonSchema(input.Value)))];
        _decide = CelEnvironment.Create(variables);
        _invariant = CelEnvironment.Create([.. variables, new CelVariable("decision", CelType.String), new CelVariable("approvals", CelType.Int)]);
    }

    internal List<ModelRule> Rules { get; } = [];

    internal List<ModelInvariant> Invariants { get; } = [];

    internal List<NamedCondition> Assumptions { get; } = [];

    internal List<NamedCondition> OutOfScope { get; } = [];

    internal bool DeniesUnmatched { get; set; }

    internal TestPolicy Rule(string id, string when, RuleEffect effect, int approvals = 1, string approvers = "group:leads", string to = "legal")
    {
        Rules.Add(new ModelRule(id, Compile(_decide, when), effect, effect == RuleEffect.Approve ? approvals : 0, effect == RuleEffect.Approve ? approvers.Split(' ') : [], [], effect == RuleEffect.Escalate ? to : null));
        return this;
    }

    internal TestPolicy Never(string id, string condition)
    {
        Invariants.Add(new ModelInvariant(id, Compile(_invariant, condition), true));
        return this;
    }

    internal TestPolicy Always(string id, string condition)
    {
        Invariants.Add(new ModelInvariant(id, Compile(_invariant, condition), false));
        return this;
    }

    internal TestPolicy Assume(string id, string condition)
    {
        Assumptions.Add(new NamedCondition(id, Compile(_decide, condition)));
        return this;
    }

    internal PolicyModel Model => new()
    {
        Tool = "pay", Inputs = _inputs, Assumptions = Assumptions, OutOfScope = OutOfScope, Rules = Rules, Invariants = Invariants, DeniesUnmatched = DeniesUnmatched, Replay = Replay,
    };

    /// <summary>Why a condition is not accepted; null if it is.</summary>
    internal string? FaultOf(string condition) => _decide.Compile(condition).Issues.Select(issue => issue.Message).FirstOrDefault();

    internal ReplayedDecision Replay(JsonElement input, string? without)
    {
        var failed = new Dictionary<string, string>();
        var eligible = Assumptions.Select(assumption => Evaluate(assumption.Id, assumption.Condition, input, failed)).ToList().TrueForAll(holds => holds);
        var scope = OutOfScope.FirstOrDefault(one => Evaluate(one.Id, one.Condition, input, failed) || failed.ContainsKey(one.Id))?.Id;
        var before = failed.Count;
        var matched = Rules.Where(rule => rule.Id != without).Where(rule => Evaluate(rule.Id, rule.When, input, failed)).ToList();
        var effect = failed.Count > before || matched.Count == 0 ? RuleEffect.Deny : matched.Max(rule => rule.Effect);
        var deciding = failed.Count > before ? "evaluation-error" : matched.Count == 0 ? "default-deny" : matched.First(rule => rule.Effect == effect).Id;
        var asked = effect == RuleEffect.Approve ? matched.Where(rule => rule.Effect == RuleEffect.Approve).ToList() : [];
        var approvals = asked.Count == 0 ? 0 : asked.Max(rule => rule.Approvals);
        var broken = Invariants.Where(invariant =>
        {
            var activation = Bind(_invariant, input);
            activation.Set("decision", CelValue.From(effect.ToString().ToLowerInvariant()));
            activation.Set("approvals", CelValue.From((long)approvals));
            var value = invariant.Condition.Evaluate(activation);
            return value.Kind != CelValueKind.Bool || value.IsTrue == invariant.Never;
        }).Select(invariant => invariant.Id).ToList();
        return new ReplayedDecision(eligible, scope, effect, deciding, approvals, [.. matched.Select(rule => rule.Id)], failed, broken,
            [.. asked.Select(rule => $"{rule.Approvals} of {string.Join(' ', rule.Approvers!)}").Distinct()],
            effect == RuleEffect.Escalate ? matched.First(rule => rule.Effect == RuleEffect.Escalate).EscalateTo : null);
    }

    internal static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    private static CelProgram Compile(CelEnvironment environment, string source)
    {
        var compilation = environment.Compile(source);
        return compilation.Program ?? throw new ArgumentException($"{source}: {string.Join(" ", compilation.Issues.Select(issue => issue.Message))}");
    }

    private static bool Evaluate(string id, CelProgram condition, JsonElement input, Dictionary<string, string> failed)
    {
        var value = condition.Evaluate(Bind(condition.Environment, input));
        if (value.Kind != CelValueKind.Bool) failed[id] = value.ErrorMessage ?? "not a boolean";
        return value.IsTrue;
    }

    private static CelActivation Bind(CelEnvironment environment, JsonElement input)
    {
        var activation = environment.NewActivation();
        activation.Set("args", input.GetProperty("args"));
        activation.Set("facts", input.GetProperty("facts"));
        return activation;
    }
}
