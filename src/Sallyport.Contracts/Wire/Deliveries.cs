namespace Sallyport.Contracts.Wire;

/// <summary>One audit entry on its way to another system.</summary>
/// <param name="Id">The delivery, the same on every attempt; webhooks carry it as <c>webhook-id</c>.</param>
/// <param name="Channel">Where to.</param>
/// <param name="State"><c>waiting</c>, <c>sent</c>, <c>dead</c> or <c>dropped</c>.</param>
/// <param name="Entry">Position of the entry in the audit log.</param>
/// <param name="Kind">Kind of the entry.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Since">Since when it is tried.</param>
/// <param name="DueAt">When it is tried next.</param>
/// <param name="Reason">Why the last attempt failed.</param>
public sealed record DeliveryView(
    string Id, string Channel, string State, long Entry, string Kind, string? ActionId, int Attempts, DateTimeOffset Since, DateTimeOffset DueAt, string? Reason);
