namespace Sallyport.Contracts.Wire;

/// <summary>One tool in the permission matrix.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Access"><c>read</c> or <c>write</c>.</param>
/// <param name="Scope">The scope that a token needs.</param>
/// <param name="NarrowedBy">Expressions that a narrowed scope is compared with.</param>
/// <param name="Risk">Risk class.</param>
/// <param name="DecidedBy">What decides, one entry per rule.</param>
/// <param name="Undo">How it is undone, in words.</param>
public sealed record PermissionRow(
    string Tool, string Title, string Access, string Scope, IReadOnlyList<string> NarrowedBy, string Risk, IReadOnlyList<PermissionDecision> DecidedBy, string Undo);

/// <summary>One way in which a tool's calls are decided.</summary>
/// <param name="Rule">The rule; null where no rule is asked.</param>
/// <param name="Outcome">What it asks for.</param>
/// <param name="Says">The outcome in words.</param>
public sealed record PermissionDecision(string? Rule, string Outcome, string Says);

/// <summary>A limit of a workflow.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Value">How much.</param>
public sealed record LimitRow(string Name, string Value);

/// <summary>The permission matrix of a workflow (requirement B2.D), from the release that is enforced.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Version">The manifest's version.</param>
/// <param name="Title">One line.</param>
/// <param name="Phase">Rollout phase.</param>
/// <param name="Identity">Whose rights are used.</param>
/// <param name="Release">Release hash.</param>
/// <param name="Guarantee">The guarantee in plain English.</param>
/// <param name="Rows">The tools, readers first.</param>
/// <param name="Limits">The limits.</param>
public sealed record PermissionMatrixView(
    string Workflow, string Version, string Title, string Phase, string Identity, string Release, string Guarantee, IReadOnlyList<PermissionRow> Rows, IReadOnlyList<LimitRow> Limits);

/// <summary>A scope and what it opens.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Tools">Tools that need it.</param>
/// <param name="NarrowedBy">Expressions that <c>KEY=VALUE</c> is compared with.</param>
public sealed record ScopeRow(string Scope, IReadOnlyList<string> Tools, IReadOnlyList<string> NarrowedBy);

/// <summary>A credential in the rotation plan.</summary>
/// <param name="What">The credential.</param>
/// <param name="Life">How long it lives.</param>
/// <param name="RotatedBy">Who or what rotates it, with the command where there is one.</param>
/// <param name="Command">The command; null where there is none.</param>
/// <param name="Overlap">Whether old and new are accepted together.</param>
public sealed record RotationRow(string What, string Life, string RotatedBy, string? Command, string Overlap);

/// <summary>Auth scopes and the token rotation plan of a workflow (requirement A2.D).</summary>
/// <param name="Title">The workflow in one line.</param>
/// <param name="TokenMinutes">Life of an access token.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="Rotation">The plan.</param>
public sealed record AuthScopesView(string Title, int TokenMinutes, IReadOnlyList<ScopeRow> Scopes, IReadOnlyList<RotationRow> Rotation);
