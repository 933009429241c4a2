namespace Sallyport.Identity;

/// <summary>A person as another system names them.</summary>
/// <param name="System">The system: <c>slack</c>, <c>pagerduty</c>, <c>jira</c>, <c>github</c>.</param>
/// <param name="Id">The id there, which nobody can choose or change.</param>
/// <param name="Email">The address that the system holds for them, where it says it.</param>
public sealed record ExternalIdentity(string System, string Id, string? Email);

/// <summary>Finds the person behind an account in another system: by an administrator's link first, else by the one person with that address.</summary>
public sealed class PeopleLinks(IIdentityStore store)
{
    /// <summary>The person, or null: unknown, or an address that two people share.</summary>
    public async Task<HumanPrincipal?> FindAsync(string tenant, ExternalIdentity external, CancellationToken cancellation)
    {
        if (await store.FindLinkedAsync(tenant, external.System, external.Id, cancellation) is { } linked) return linked.IsLocked ? null : linked;
        if (external.Email is not { Length: > 0 } email) return null;
        var matches = (await store.PeopleAsync(tenant, cancellation)).Where(person => string.Equals(person.Email, email, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return matches is [{ IsLocked: false } only] ? only : null;
    }
}
