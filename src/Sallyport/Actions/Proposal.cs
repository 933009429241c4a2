using Sallyport.Contracts.Wire;
using Sallyport.Identity;

namespace Sallyport.Actions;

/// <summary>A tool call as a door hands it to the spine.</summary>
/// <param name="Proposer">Who calls; the door has verified the credential.</param>
/// <param name="Tool">The tool named.</param>
/// <param name="Call">The envelope.</param>
/// <param name="TraceId">W3C trace id.</param>
/// <param name="Door"><c>rest</c>, <c>mcp</c> or <c>console</c>, for the record.</param>
/// <param name="Wait">How long to wait for an action that is in flight.</param>
/// <param name="Compensates">The action to roll back; set by the compensation planner only.</param>
public sealed record Proposal(
    Proposer Proposer, string Tool, ActionCall Call, string? TraceId, string Door, TimeSpan Wait, string? Compensates = null);

/// <summary>The spine's answer to a door.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">An <see cref="ActionView"/>, a <see cref="ReadView"/> or a <see cref="Contracts.Errors.Problem"/>.</param>
/// <param name="Replayed">True when an earlier action of the same key answered.</param>
public sealed record ActionOutcome(int Status, object Body, bool Replayed = false);
