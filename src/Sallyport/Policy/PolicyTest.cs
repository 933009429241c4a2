using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>Which path through the program a test takes.</summary>
public enum PolicyTestPath
{
    /// <summary>The rules and invariants alone, as <see cref="PolicyEngine"/> decides.</summary>
    Policy,

    /// <summary>The whole decision: out-of-scope cases, confidence floor, rules, phase, guarantee.</summary>
    Workflow,
}

/// <summary>Who a test expects to approve; the rule that asks is not part of it.</summary>
/// <param name="Count">Distinct people.</param>
/// <param name="AnyOf">Who may.</param>
/// <param name="Exclude">Who may not.</param>
public sealed record ExpectedApprovers(int Count, IReadOnlyList<string> AnyOf, IReadOnlyList<string> Exclude)
{
    /// <summary>One spelling for equal requirements, whatever the order of the names.</summary>
    public string Key => $"{Count} of {string.Join("/", AnyOf.Order(StringComparer.Ordinal))}"
        + (Exclude.Count == 0 ? "" : $" but {string.Join(", ", Exclude.Order(StringComparer.Ordinal))}");

    /// <summary>The people that a requirement asks for.</summary>
    public static ExpectedApprovers Of(ApprovalRequirement requirement) => new(requirement.Count, requirement.Candidates, requirement.Bars);
}

/// <summary>What a test expects; what is null is not looked at.</summary>
/// <param name="Decision">The outcome.</param>
/// <param name="Rule">The rule that decides.</param>
/// <param name="Approvals">How many distinct people must approve at least.</param>
/// <param name="To">Who takes over.</param>
/// <param name="Matched">Exactly the rules whose conditions hold, in any order.</param>
/// <param name="Approvers">Exactly who must approve, in any order; equal requirements of several rules count once.</param>
/// <param name="Breaks">Exactly the invariants that do not hold, in any order.</param>
public sealed record PolicyExpectation(
    PolicyOutcome? Decision, string? Rule = null, int? Approvals = null, string? To = null, IReadOnlyList<string>? Matched = null,
    IReadOnlyList<ExpectedApprovers>? Approvers = null, IReadOnlyList<string>? Breaks = null);

/// <summary>A decision that a test makes up, to see which invariants would stop it.</summary>
/// <param name="Decision">The outcome, wire spelling.</param>
/// <param name="Approvals">How many distinct people would approve.</param>
public sealed record PolicyAssumption(string Decision, int Approvals);

/// <summary>One row of the table under <c>tests:</c>, with its input complete.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Input">Arguments, facts, agent and task.</param>
/// <param name="Path">Which path it takes.</param>
/// <param name="Confidence">The agent's confidence; only with <see cref="PolicyTestPath.Workflow"/>.</param>
/// <param name="Assume">A decision that is made up; then only invariants are judged.</param>
/// <param name="Expect">What must come out.</param>
/// <param name="Place">Where it stands.</param>
public sealed record PolicyTest(
    string Name, string Tool, ExpressionInput Input, PolicyTestPath Path, double? Confidence, PolicyAssumption? Assume, PolicyExpectation Expect, SourcePlace Place);

/// <summary>The tests of a policy and the inputs that they start from.</summary>
/// <param name="Given">A complete input by tool.</param>
/// <param name="Tests">The tests in the order written.</param>
public sealed record PolicyTestTable(IReadOnlyDictionary<string, ExpressionInput> Given, IReadOnlyList<PolicyTest> Tests)
{
    /// <summary>A policy without tests.</summary>
    public static PolicyTestTable Empty { get; } = new(new Dictionary<string, ExpressionInput>(), []);
}
