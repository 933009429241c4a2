using Sallyport.Identity;

namespace Sallyport.Server.Console;

/// <summary>Names of those whom audit entries know by id only.</summary>
internal sealed class ActorNames(IIdentityStore identities)
{
    /// <summary>Names by actor, for example <c>person:usr_…</c>.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> OfAsync(string tenant, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var person in await identities.PeopleAsync(tenant, cancellation)) names[person.Actor] = person.Username;
        foreach (var agent in await identities.AgentsAsync(tenant, cancellation)) names["agent:" + agent.Id] = agent.Name;
        return names;
    }
}
