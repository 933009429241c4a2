namespace Sallyport.Contracts.Wire;

/// <summary>Stores a release: <c>POST /v1/releases</c>. It is not activated by that.</summary>
/// <param name="Files">Path inside the bundle and text, for example <c>policy.yaml</c>.</param>
public sealed record ReleaseCall(IReadOnlyDictionary<string, string> Files);

/// <summary>A stored release.</summary>
/// <param name="Release">Its hash.</param>
/// <param name="Workflow">Workflow.</param>
/// <param name="Version">The manifest's version.</param>
/// <param name="Active">Whether it is the active one of its workflow.</param>
/// <param name="PublishedAt">When it was first stored.</param>
/// <param name="PublishedBy">Who stored it.</param>
/// <param name="ActivatedAt">When it last became active; absent when it never was.</param>
public sealed record ReleaseView(
    string Release, string Workflow, string Version, bool Active, DateTimeOffset PublishedAt, string PublishedBy, DateTimeOffset? ActivatedAt);

/// <summary>The answer to <c>POST /v1/releases/{release}/activation</c>.</summary>
/// <param name="Release">Its hash.</param>
/// <param name="Outcome"><c>activated</c>, <c>already_active</c> or <c>second_person_needed</c>.</param>
/// <param name="Verdict">How its policy relates to the active one's; absent for a workflow's first.</param>
/// <param name="People">Who has asked for it so far.</param>
/// <param name="Reasons">What changes, in sentences.</param>
public sealed record ActivationView(string Release, string Outcome, string? Verdict, IReadOnlyList<string> People, IReadOnlyList<string> Reasons);
