namespace Sallyport.Approvals;

/// <summary>
/// A person who decides in somebody else's place until a date: on leave, ill, asleep. They take that person's seat, they do not add one, and
/// whatever bars that person bars them too. It cannot be passed on.
/// </summary>
/// <param name="Id">Id.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="UserId">Whose place it is; only they can give it away.</param>
/// <param name="StandIn">User id of who takes it.</param>
/// <param name="Reason">Why; null or at most 500 characters.</param>
/// <param name="BeginsAt">From when.</param>
/// <param name="EndsAt">Until when, at most <see cref="LongestDays"/> later.</param>
public sealed record Substitute(string Id, string Tenant, string UserId, string StandIn, string? Reason, DateTimeOffset BeginsAt, DateTimeOffset EndsAt)
{
    /// <summary>Longest substitution, days; after that a group is the honest answer.</summary>
    public const int LongestDays = 90;
}
