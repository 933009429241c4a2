using Sallyport.Contracts.Wire;

namespace Sallyport.Console.Views;

/// <summary>A name with a sentence.</summary>
/// <param name="Name">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="Detail">What belongs to it: where a case goes, which tool an outcome is about.</param>
public sealed record Sentence(string Name, string Says, string Detail);

/// <summary>A rule of a policy.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Rule">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="When">Its condition.</param>
/// <param name="Decision">What it decides, in words.</param>
/// <param name="Outcome">What it decides.</param>
public sealed record PolicyLine(string Tool, string Rule, string? Says, string When, string Decision, string Outcome);

/// <summary>A claim that was proved, or was not.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Says">The result in a sentence.</param>
public sealed record ProofLine(string Tool, string Check, string Subject, string Status, string Says);

/// <summary>A stored release.</summary>
/// <param name="Release">The release.</param>
/// <param name="Against">The release before it; null for the first.</param>
public sealed record ReleaseLine(ReleaseView Release, string? Against);

/// <summary>Everything about one workflow, from the release that is enforced.</summary>
/// <param name="Matrix">Permission matrix and limits.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Inputs">Where tasks come from.</param>
/// <param name="Outcomes">How tasks end.</param>
/// <param name="OutOfScope">What the agent must not attempt.</param>
/// <param name="ApprovalExpiry">How long an approval waits.</param>
/// <param name="ConfidenceFloor">Below it a person takes over.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Invariants">Statements about every decision.</param>
/// <param name="Proofs">What was proved.</param>
/// <param name="Scopes">Auth scopes and rotation plan.</param>
/// <param name="Releases">Releases, newest first.</param>
public sealed record WorkflowDetail(
    PermissionMatrixView Matrix, string Owner, IReadOnlyList<Sentence> Inputs, IReadOnlyList<Sentence> Outcomes, IReadOnlyList<Sentence> OutOfScope, TimeSpan ApprovalExpiry,
    double ConfidenceFloor, IReadOnlyList<PolicyLine> Policy, IReadOnlyList<Sentence> Invariants, IReadOnlyList<ProofLine> Proofs, AuthScopesView Scopes, IReadOnlyList<ReleaseLine> Releases);

/// <summary>A workflow in the list.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">One line.</param>
/// <param name="Version">Version of the active release.</param>
/// <param name="Phase">Rollout phase.</param>
/// <param name="Guarantee">The guarantee.</param>
public sealed record WorkflowLine(string Name, string Title, string Version, string Phase, string Guarantee);

/// <summary>What two releases differ in.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Before">The older one.</param>
/// <param name="After">The newer one.</param>
/// <param name="Loosens">What may give the agent more room, in sentences.</param>
/// <param name="Files">The files that differ.</param>
public sealed record ReleaseComparison(string Workflow, ReleaseView Before, ReleaseView After, IReadOnlyList<string> Loosens, IReadOnlyList<FilePatch> Files);

/// <summary>A file that differs.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Lines">Its lines with what surrounds them.</param>
public sealed record FilePatch(string File, IReadOnlyList<PatchLine> Lines);

/// <summary>A line of a patch.</summary>
/// <param name="Kind">' ', '+', '-' or '…'.</param>
/// <param name="Text">The line.</param>
public readonly record struct PatchLine(char Kind, string Text);
