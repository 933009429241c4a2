using System.Text.Json;

namespace Sallyport.Proofs.Policies;

/// <summary>How a check ended.</summary>
public enum ProofStatus
{
    /// <summary>It holds for every well-formed call (or, for a check that asks whether something can happen, an example was replayed).</summary>
    Proved,

    /// <summary>It does not hold: a call that breaks it was replayed in the production evaluator, or no call can do what it asks for.</summary>
    Refuted,

    /// <summary>Neither was shown.</summary>
    Unknown,
}

/// <summary>What is checked of a policy.</summary>
public enum ProofCheck
{
    /// <summary>A condition can never fail to evaluate.</summary>
    NeverErrors,

    /// <summary>Every well-formed call is decided by a rule.</summary>
    Complete,

    /// <summary>Some call matches the rule.</summary>
    Reachable,

    /// <summary>Some call would be decided otherwise without the rule.</summary>
    Decides,

    /// <summary>A part of a condition is always true or always false.</summary>
    Vacuous,

    /// <summary>An invariant holds for every decision.</summary>
    Invariant,

    /// <summary>A clause of the workflow's guarantee holds for every decision.</summary>
    Guarantee,

    /// <summary>Some call is decided otherwise than by the version before.</summary>
    Comparison,
}

/// <summary>A concrete call, and what the production evaluator said of it.</summary>
/// <param name="Input">The variables and their values.</param>
/// <param name="Mentioned">The places that conditions look at.</param>
/// <param name="Decision">The decision; null if the call is not well-formed for the contract.</param>
/// <param name="Before">In a comparison, the decision of the older version; null if the call is not well-formed for it.</param>
public sealed record Witness(
    JsonElement Input, IReadOnlyList<KeyValuePair<string, string>> Mentioned, ReplayedDecision? Decision, ReplayedDecision? Before = null);

/// <summary>The result of one check.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Subject">The rule, invariant or clause; the tool for <see cref="ProofCheck.Complete"/>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Says">The result in a sentence.</param>
/// <param name="Witness">The counterexample, or the example that was asked for.</param>
/// <param name="Query">The query, for other solvers.</param>
public sealed record ProofResult(ProofCheck Check, string Subject, ProofStatus Status, string Says, Witness? Witness, SmtQuery? Query);

/// <summary>A question in SMT-LIB 2, with the answer that this solver gave.</summary>
/// <param name="Name">A file name without extension.</param>
/// <param name="Script">The script.</param>
/// <param name="Answer"><c>sat</c> or <c>unsat</c>; <c>unknown</c> if the effort was used up.</param>
/// <param name="IsExact">Whether the formulas say exactly what the policy does. If not, only <c>unsat</c> means something.</param>
public sealed record SmtQuery(string Name, Lazy<string> Script, string Answer, Lazy<bool> IsExact);

/// <summary>All results for one tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Results">Results in the order of the checks.</param>
/// <param name="Approximations">What was treated as free because the solver does not look into it.</param>
/// <param name="Conflicts">The solver's effort.</param>
public sealed record ProofReport(string Tool, IReadOnlyList<ProofResult> Results, IReadOnlyCollection<string> Approximations, long Conflicts)
{
    /// <summary>The worst result of the checks that can fail; parts of conditions that are always true or false are notes.</summary>
    public ProofStatus Status =>
        Results.Any(result => result is { Status: ProofStatus.Refuted, Check: not ProofCheck.Vacuous }) ? ProofStatus.Refuted
        : Results.Any(result => result.Status == ProofStatus.Unknown) ? ProofStatus.Unknown : ProofStatus.Proved;
}
