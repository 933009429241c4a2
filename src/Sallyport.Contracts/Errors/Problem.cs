namespace Sallyport.Contracts.Errors;

/// <summary>A fault inside a request or bundle: where, and what is wrong there.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) to the place; for a fault of a bundle <c>file:line:column</c>.</param>
/// <param name="Detail">One sentence for a person.</param>
public sealed record ProblemError(string Pointer, string Detail);

/// <summary>An RFC 9457 problem document with the members that every Sallyport error carries.</summary>
/// <param name="Type">Problem type, <c>urn:sallyport:error:…</c>.</param>
/// <param name="Title">What happened, the same for every occurrence.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable machine name: an entry of the catalogue or a code of the tool's contract.</param>
/// <param name="Detail">What happened this time.</param>
/// <param name="Retriable">Whether the same request can succeed later without being changed.</param>
/// <param name="RetryAfter">Seconds to wait where the error is retriable.</param>
/// <param name="Effect">What is known about the outside world: <c>none</c>, <c>happened</c> or <c>unknown</c>.</param>
/// <param name="ActionId">The action, where one exists; it is also the id under which a refusal was recorded.</param>
/// <param name="WhatToDo">What the caller should do.</param>
/// <param name="Errors">The single faults, where there are several.</param>
/// <param name="TraceId">W3C trace id of the call.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Code,
    string? Detail,
    bool Retriable,
    int? RetryAfter,
    string Effect,
    string? ActionId,
    string WhatToDo,
    IReadOnlyList<ProblemError>? Errors = null,
    string? TraceId = null);
