using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>
/// Who may decide on one action at one moment: groups and names as the identity provider gave them, on-call and assignee as their systems
/// say now, and who stands in for whom. A directory that cannot say makes nobody eligible.
/// </summary>
public sealed class ApproverRoll
{
    private readonly ActionRecord _action;
    private readonly TimeSpan _waited;
    private readonly Dictionary<string, Listing> _listings = new(StringComparer.Ordinal);
    private readonly ILookup<string, (Substitute Substitute, HumanPrincipal Absent)> _places;

    private ApproverRoll(ActionRecord action, DateTimeOffset now, IEnumerable<(Substitute Substitute, HumanPrincipal Absent)> places)
    {
        _action = action;
        _waited = now - action.AskedAt;
        _places = places.ToLookup(place => place.Substitute.StandIn, StringComparer.Ordinal);
    }

    /// <summary>What an outside directory said about one name.</summary>
    private sealed record Listing(IReadOnlySet<string> UserIds, string? Source, DateTimeOffset? ReadAt, string? Fault);

    /// <summary>Names whose directory could not say who they are, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _listings.Where(entry => entry.Value.Fault is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Fault!);

    /// <summary>What makes a person eligible; empty when nothing does.</summary>
    public IReadOnlyList<ApproverEvidence> Evidence(HumanPrincipal person) =>
        [.. _action.Requirements.SelectMany(requirement => Evidence(requirement, person)).Distinct()];

    /// <summary>What makes a person eligible for one requirement.</summary>
    public IEnumerable<ApproverEvidence> Evidence(ApprovalRequirement requirement, HumanPrincipal person)
    {
        if (ApprovalQuorum.IsBarred(_action, requirement, person.UserId, person.Username)) yield break;
        var names = requirement.Eligible(_waited).ToList();
        foreach (var entry in Own(names, person)) yield return entry;
        foreach (var (substitute, absent) in _places[person.UserId])
        {
            if (ApprovalQuorum.IsBarred(_action, requirement, absent.UserId, absent.Username)) continue;
            foreach (var entry in Own(names, absent)) yield return entry with { InPlaceOf = absent.UserId, Substitute = substitute.Id };
        }
    }

    /// <summary>The circle that waiting has reached: 0 at first, one more for each tier whose time has come.</summary>
    public static int CircleOf(ActionRecord action, DateTimeOffset now) => Times(action).Count(after => after <= now - action.AskedAt);

    /// <summary>When the next circle is due; null when there is none.</summary>
    public static DateTimeOffset? NextCircleAt(ActionRecord action, DateTimeOffset now) =>
        Times(action).Where(after => after > now - action.AskedAt).Select(after => (DateTimeOffset?)(action.AskedAt + after)).FirstOrDefault();

    private static IEnumerable<TimeSpan> Times(ActionRecord action) => action.Requirements.SelectMany(requirement => requirement.Then).Select(tier => tier.After).Distinct().Order();

    private IEnumerable<ApproverEvidence> Own(IEnumerable<string> names, HumanPrincipal person)
    {
        foreach (var who in names)
        {
            if (_listings.TryGetValue(who, out var listing))
            {
                if (listing.UserIds.Contains(person.UserId)) yield return new ApproverEvidence(who, Source: listing.Source, ReadAt: listing.ReadAt);
            }
            else if (who == "user:" + person.Username || (who.StartsWith("group:", StringComparison.Ordinal) && person.Groups.Contains(who["group:".Length..], StringComparer.Ordinal)))
            {
                yield return new ApproverEvidence(who);
            }
        }
    }

    /// <summary>Reads rolls.</summary>
    public sealed class Reader(IApprovalStore approvals, IIdentityStore people, PeopleLinks links, IEnumerable<IApproverDirectory> directories, TimeProvider time)
    {
        private readonly Dictionary<string, IApproverDirectory> _directories = directories.ToDictionary(directory => directory.Scheme, StringComparer.Ordinal);

        /// <summary>The roll of an action as it is now.</summary>
        public async Task<ApproverRoll> ReadAsync(ActionRecord action, CancellationToken cancellation)
        {
            var now = time.Now();
            var places = new List<(Substitute, HumanPrincipal)>();
            if (await approvals.SubstitutesAsync(action.Tenant, now, cancellation) is { Count: > 0 } substitutes)
            {
                var everyone = (await people.PeopleAsync(action.Tenant, cancellation)).ToDictionary(person => person.UserId, StringComparer.Ordinal);
                // Who could not decide themselves has no place to give.
                places.AddRange(substitutes.Where(substitute => everyone.GetValueOrDefault(substitute.UserId) is { IsLocked: false } absent && absent.Has(HumanPrincipal.Approver))
                    .Select(substitute => (substitute, everyone[substitute.UserId])));
            }

            var roll = new ApproverRoll(action, now, places);
            foreach (var who in action.Requirements.SelectMany(requirement => requirement.Eligible(now - action.AskedAt)).Distinct(StringComparer.Ordinal).Where(IsOutside))
                roll._listings[who] = await ListAsync(action, who, cancellation);
            return roll;
        }

        private static bool IsOutside(string who) => !who.StartsWith("group:", StringComparison.Ordinal) && !who.StartsWith("user:", StringComparison.Ordinal);

        private async Task<Listing> ListAsync(ActionRecord action, string who, CancellationToken cancellation)
        {
            var (scheme, name) = who.IndexOf(':') is var colon and >= 0 ? (who[..colon], who[(colon + 1)..]) : (who, "");
            if (!_directories.TryGetValue(scheme, out var directory)) return new Listing(new HashSet<string>(), null, null, $"No directory for \"{scheme}\" is configured.");
            try
            {
                var reading = await directory.ReadAsync(new DirectoryQuery(action.Tenant, name, action.Ticket), cancellation);
                var found = new HashSet<string>(StringComparer.Ordinal);
                foreach (var external in reading.People)
                    if (await links.FindAsync(action.Tenant, external, cancellation) is { } person) found.Add(person.UserId);
                return new Listing(found, reading.Source, reading.ReadAt, null);
            }
            catch (DirectoryUnavailableException fault)
            {
                return new Listing(new HashSet<string>(), null, null, fault.Message);
            }
        }
    }
}
