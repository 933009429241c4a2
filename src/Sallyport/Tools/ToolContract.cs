using System.Text.Json;
using Sallyport.Cel;
using Sallyport.DataGovernance;

namespace Sallyport.Tools;

/// <summary>
/// The contract of one tool: the only description of what an agent may ask for, and of what the server then does.
/// Built from a bundle that passed every check; immutable and safe to share between threads.
/// </summary>
public sealed class ToolContract
{
    /// <summary>Name on REST and MCP, <c>snake_case</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>What it does, for the agent that chooses tools.</summary>
    public required string Description { get; init; }

    /// <summary>Risk class.</summary>
    public required RiskClass Risk { get; init; }

    /// <summary>How it can be undone; null when it only reads or cannot be undone.</summary>
    public Reversibility? Reversible { get; init; }

    /// <summary>The scope that a token needs, for example <c>refund:issue</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Qualifier that narrows the scope, for example <c>region=eu</c>; known once facts are read.</summary>
    public JsonTemplate? Resource { get; init; }

    /// <summary>The arguments' JSON Schema as written.</summary>
    public required JsonElement InputSchema { get; init; }

    /// <summary>The compiled schema.</summary>
    public required JsonSchema.JsonSchema Input { get; init; }

    /// <summary>What the server reads before it decides.</summary>
    public required IReadOnlyList<FactSource> Facts { get; init; }

    /// <summary>Eligibility rules, in order.</summary>
    public required IReadOnlyList<EligibilityRule> Rules { get; init; }

    /// <summary>What carries the change out; null when the tool only reads.</summary>
    public EffectSpec? Effect { get; init; }

    /// <summary>A read tool's answer, made from its facts; null when the tool changes state.</summary>
    public JsonTemplate? Result { get; init; }

    /// <summary>Before and after, for dry runs and approvers.</summary>
    public JsonTemplate? Diff { get; init; }

    /// <summary>The money that the call moves; null when it moves none.</summary>
    public AmountSpec? Amount { get; init; }

    /// <summary>Business ids that the chain can be searched by, for example the order.</summary>
    public required IReadOnlyList<CelProgram> Correlate { get; init; }

    /// <summary>Terminal codes of this tool, with their meaning.</summary>
    public required IReadOnlyDictionary<string, string> Errors { get; init; }

    /// <summary>Requests that show how to call it; each is executed by the tests.</summary>
    public required IReadOnlyList<ToolExample> Examples { get; init; }

    /// <summary>SHA-256 of the contract as written.</summary>
    public required string Hash { get; init; }

    /// <summary>True when the tool changes nothing.</summary>
    public bool ReadOnly => Risk == RiskClass.Read;

    /// <summary>Arguments without what the contract marks as sensitive.</summary>
    public JsonElement RedactArguments(JsonElement arguments) => Redactor.Redact(arguments, InputSchema);

    /// <summary>Facts without what the contract marks as sensitive.</summary>
    public JsonElement RedactFacts(JsonElement facts) => JsonSerializer.SerializeToElement(Facts
        .Where(fact => facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty(fact.Name, out _))
        .ToDictionary(fact => fact.Name, fact => Redactor.Redact(facts.GetProperty(fact.Name), fact.SchemaSource)));
}

/// <summary>How an effect is undone.</summary>
/// <param name="By">The compensating tool.</param>
/// <param name="Within">How long after the effect.</param>
/// <param name="Arguments">The compensating tool's arguments, made from this action.</param>
public sealed record Reversibility(string By, TimeSpan Within, JsonTemplate Arguments);

/// <summary>A fact that the server reads itself, never taken from the agent.</summary>
/// <param name="Name">Name under <c>facts</c>.</param>
/// <param name="Connector">The connector that reads it.</param>
/// <param name="Request">The connector's request.</param>
/// <param name="SchemaSource">The answer's JSON Schema as written.</param>
/// <param name="Schema">The compiled schema: an answer that does not fit is an error, not a fact.</param>
/// <param name="AbsentCode">Code of the terminal error when the system of record says that it does not exist.</param>
public sealed record FactSource(
    string Name, string Connector, JsonTemplate Request, JsonElement SchemaSource, JsonSchema.JsonSchema Schema, string AbsentCode);

/// <summary>An eligibility rule: unless the condition is true, the call is refused with a terminal code.</summary>
/// <param name="Id">Name of the rule.</param>
/// <param name="DenyUnless">The condition; an evaluation error refuses too.</param>
/// <param name="Code">The tool's error code.</param>
public sealed record EligibilityRule(string Id, CelProgram DenyUnless, string Code);

/// <summary>The money that a call moves.</summary>
/// <param name="Minor">Amount in minor units.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record AmountSpec(CelProgram Minor, CelProgram Currency);

/// <summary>An example of the contract, executed as a test.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="DryRun">Whether it is a dry run.</param>
/// <param name="ExpectState">The state expected, or null when an error is.</param>
/// <param name="ExpectCode">The error code expected, or null.</param>
public sealed record ToolExample(string Name, JsonElement Arguments, bool DryRun, string? ExpectState, string? ExpectCode);
