using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>
/// Compiles the tests of <c>policy.yaml</c>. Each starts from the input under <c>given</c> and changes it by a JSON merge patch; what comes
/// out must fit the contract, or the test would show something that cannot happen.
/// </summary>
internal sealed class PolicyTestCompiler(
    BundleSection section, Dictionary<string, ContractDraft> drafts, Dictionary<string, ToolPolicy> policies, PolicyRuleNames names)
{
    private static readonly JsonElement Nothing = CanonicalJson.Parse("{}");
    private static readonly JsonElement Agent = CanonicalJson.Parse("""{"id":"agt_test","name":"test-agent","owner":"test-owner"}""");
    private static readonly JsonElement Task = CanonicalJson.Parse("""{"id":"tsk_test","source":"test","input":{}}""");
    private static readonly string[] Outcomes = [.. Enum.GetValues<PolicyOutcome>().Select(WireName.Of)];

    internal static PolicyTestTable Compile(
        BundleSection section, Dictionary<string, ContractDraft> drafts, Dictionary<string, ToolPolicy> policies, WorkflowManifest manifest)
    {
        var compiler = new PolicyTestCompiler(section, drafts, policies, new PolicyRuleNames(policies, manifest));
        var given = new Dictionary<string, ExpressionInput>(StringComparer.Ordinal);
        foreach (var pointer in section.Children("/given"))
        {
            var tool = pointer["/given/".Length..];
            if (compiler.Known(pointer, tool, atKey: true) && compiler.Input(pointer, tool, null) is { } input) given[tool] = input;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var tests = new List<PolicyTest>();
        foreach (var pointer in section.Children("/tests"))
        {
            if (!seen.Add(section.Text(pointer + "/name"))) section.Fault(pointer + "/name", $"The test \"{section.Text(pointer + "/name")}\" stands twice.");
            if (compiler.Test(pointer, given) is { } test) tests.Add(test);
        }

        return new PolicyTestTable(given, tests);
    }

    private PolicyTest? Test(string pointer, Dictionary<string, ExpressionInput> given)
    {
        var tool = section.Text(pointer + "/tool");
        if (!Known(pointer + "/tool", tool)) return null;
        // A fault under given is told once, not again for every test that starts from there.
        if (!given.ContainsKey(tool) && section.Find("/given/" + tool) is not null) return null;
        var path = section.OptionalText(pointer + "/through") == "workflow" ? PolicyTestPath.Workflow : PolicyTestPath.Policy;
        var confidence = section.Find(pointer + "/confidence")?.GetDouble();
        if (confidence is not null && path == PolicyTestPath.Policy)
            section.FaultAtKey(pointer + "/confidence", "Rules do not see the confidence; add through: workflow.");
        var assume = section.Find(pointer + "/assume") is null ? null
            : new PolicyAssumption(Outcome(pointer + "/assume/decision"), section.Find(pointer + "/assume/approvals")?.GetInt32() ?? 0);
        var expect = Expectation(pointer + "/expect", tool, path, assume is not null);
        return Input(pointer, tool, given.GetValueOrDefault(tool)) is { } input
            ? new PolicyTest(section.Text(pointer + "/name"), tool, input, path, confidence, assume, expect, section.Place(pointer + "/name")) : null;
    }

    private PolicyExpectation Expectation(string pointer, string tool, PolicyTestPath path, bool assumed)
    {
        if (assumed != section.Find(pointer + "/breaks") is not null)
            section.Fault(pointer, assumed ? "A test with assume says which invariants it breaks: expect: { breaks: [...] }." : "breaks needs a decision to judge: add assume.");
        if (assumed && section.Children(pointer).Count() > 1) section.Fault(pointer, "A test with assume asks no rule, so it can only expect breaks.");
        if (!assumed && section.Find(pointer + "/decision") is null) section.Fault(pointer, "The test expects no decision: add decision.");
        var outcome = section.Find(pointer + "/decision") is null ? null : Outcome(pointer + "/decision");
        if (outcome is not null and not "approve")
            foreach (var member in (string[])["approvals", "approvers"])
                if (section.Find($"{pointer}/{member}") is { } value && value.ToString() != "0") section.FaultAtKey($"{pointer}/{member}", $"Nobody approves when the decision is {outcome}.");
        if (section.OptionalText(pointer + "/rule") is { } rule) Named(pointer + "/rule", rule, names.Deciding(tool, path), "rule");
        foreach (var item in section.Children(pointer + "/matched")) Named(item, section.Text(item), policies[tool].Rules.Select(entry => entry.Id), "rule");
        foreach (var item in section.Children(pointer + "/breaks")) Named(item, section.Text(item), policies[tool].Invariants.Select(entry => entry.Id), "invariant");
        return new PolicyExpectation(
            outcome is not null && WireName.TryParse<PolicyOutcome>(outcome, out var parsed) ? parsed : null, section.OptionalText(pointer + "/rule"),
            section.Find(pointer + "/approvals")?.GetInt32(), section.OptionalText(pointer + "/to"), List(pointer + "/matched"),
            section.Find(pointer + "/approvers") is null ? null
                : [.. section.Children(pointer + "/approvers").Select(item => ExpectedApprovers.Of(PolicyCompiler.Requirement(section, item, "")))],
            List(pointer + "/breaks"));
    }

    /// <summary>The complete input of a test, or of <c>given</c> when there is nothing to start from; null with a fault when it does not fit.</summary>
    private ExpressionInput? Input(string pointer, string tool, ExpressionInput? start)
    {
        var contract = drafts[tool].Contract;
        var ok = Declared(pointer + "/args", contract.InputSchema);
        foreach (var member in section.Children(pointer + "/facts"))
        {
            var name = member[(pointer.Length + "/facts/".Length)..];
            ok &= contract.Facts.FirstOrDefault(fact => fact.Name == name) is { } fact
                ? Declared(member, fact.SchemaSource)
                : Refuse(member, $"\"{tool}\" reads no fact \"{name}\".", NearestName.Find(name, contract.Facts.Select(known => known.Name)));
        }

        if (!ok) return null;
        var args = JsonMergePatch.Apply(start?.Args ?? Nothing, section.Find(pointer + "/args"));
        var facts = JsonMergePatch.Apply(start?.Facts ?? Nothing, section.Find(pointer + "/facts"));
        ok = Fits(pointer + "/args", "arguments", contract.Input, args);
        foreach (var fact in contract.Facts)
        {
            if (facts.TryGetProperty(fact.Name, out var value)) ok &= Fits($"{pointer}/facts/{fact.Name}", $"fact \"{fact.Name}\"", fact.Schema, value);
            else ok = Refuse(pointer + "/facts", $"The fact \"{fact.Name}\" is missing; the server always reads it, so a test without it shows nothing.", null);
        }

        return !ok ? null : new ExpressionInput(
            args, JsonMergePatch.Apply(start?.Agent ?? Agent, section.Find(pointer + "/agent")), JsonMergePatch.Apply(start?.Task ?? Task, section.Find(pointer + "/task")), facts);
    }

    /// <summary>Members of a patch that the schema does not name would be ignored, and the test would show nothing.</summary>
    private bool Declared(string pointer, JsonElement schema)
    {
        if (section.Find(pointer) is not { ValueKind: JsonValueKind.Object } || schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties)) return true;
        var ok = true;
        foreach (var child in section.Children(pointer))
        {
            var name = child[(pointer.Length + 1)..];
            ok &= properties.TryGetProperty(name, out var member) ? Declared(child, member)
                : Refuse(child, $"The contract knows no \"{name}\" here.", NearestName.Find(name, properties.EnumerateObject().Select(known => known.Name)));
        }

        return ok;
    }

    private bool Fits(string pointer, string what, JsonSchema.JsonSchema schema, JsonElement value)
    {
        var result = schema.Validate(value);
        foreach (var error in result.Errors) section.Fault(pointer + error.InstancePath, $"The {what} of this test do{(what == "arguments" ? "" : "es")} not fit the contract: {error.Message}");
        return result.IsValid;
    }

    private bool Refuse(string pointer, string message, string? suggestion)
    {
        section.FaultAtKey(pointer, message, suggestion);
        return false;
    }

    private string Outcome(string pointer)
    {
        var text = section.Text(pointer);
        if (!Outcomes.Contains(text)) section.Fault(pointer, $"\"{text}\" is no decision; there are {string.Join(", ", Outcomes)}.", NearestName.Find(text, Outcomes));
        return text;
    }

    private void Named(string pointer, string name, IEnumerable<string> known, string what)
    {
        var all = known.ToList();
        if (!all.Contains(name)) section.Fault(pointer, $"There is no {what} \"{name}\" for this tool.", NearestName.Find(name, all));
    }

    private bool Known(string pointer, string tool, bool atKey = false)
    {
        if (policies.ContainsKey(tool)) return true;
        var message = drafts.ContainsKey(tool) ? $"\"{tool}\" only reads; policy decides on changes." : $"There is no tool \"{tool}\".";
        var suggestion = drafts.ContainsKey(tool) ? null : NearestName.Find(tool, policies.Keys);
        if (atKey) section.FaultAtKey(pointer, message, suggestion);
        else section.Fault(pointer, message, suggestion);
        return false;
    }

    private IReadOnlyList<string>? List(string pointer) => section.Find(pointer) is null ? null : section.Texts(pointer);
}
