using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Approvals;

/// <summary>What became of giving one's place away.</summary>
/// <param name="Substitute">The substitution; null when it was refused.</param>
/// <param name="Fault">Why.</param>
public sealed record SubstituteResult(Substitute? Substitute, string? Fault = null);

/// <summary>Gives a person's place to somebody else for a while, and takes it back. Only that person can.</summary>
public sealed class Substitutes(IApprovalStore store, IIdentityStore people, IdSource ids, TimeProvider time)
{
    private const int MostAtOnce = 5;

    /// <summary>Lets somebody decide in one's place until a date.</summary>
    public async Task<SubstituteResult> GiveAsync(HumanPrincipal person, string standIn, DateTimeOffset until, string? reason, CancellationToken cancellation)
    {
        var now = time.Now();
        if (until <= now || until > now + TimeSpan.FromDays(Substitute.LongestDays)) return new SubstituteResult(null, $"The end lies in the future, at most {Substitute.LongestDays} days away.");
        if (reason is { Length: > 500 }) return new SubstituteResult(null, "The reason has at most 500 characters.");
        if (standIn == person.Username) return new SubstituteResult(null, "Nobody stands in for themselves.");
        if (await people.FindPersonAsync(person.Tenant, standIn, cancellation) is not { } account) return new SubstituteResult(null, $"There is nobody named \"{standIn}\".");
        var inForce = await store.SubstitutesAsync(person.Tenant, now, cancellation);
        if (inForce.Count(other => other.UserId == person.UserId) >= MostAtOnce) return new SubstituteResult(null, $"You have given your place to {MostAtOnce} people already; end one first.");
        var substitute = new Substitute(ids.Next("sub"), person.Tenant, person.UserId, account.Person.UserId, reason, now, until);
        var leaf = new AuditDraft("substitute.given", person.Actor)
        {
            Fields = new JsonObject { ["substitute"] = substitute.Id, ["stand_in"] = substitute.StandIn, ["until"] = AuditEntry.Timestamp(until) },
            Payload = new JsonObject { ["username"] = person.Username, ["stand_in_name"] = standIn, ["reason"] = reason },
            Correlations = [substitute.Id],
        };
        await store.AddSubstituteAsync(substitute, leaf, cancellation);
        return new SubstituteResult(substitute);
    }

    /// <summary>Takes one's place back; false when it is not given away under this id.</summary>
    public Task<bool> EndAsync(HumanPrincipal person, string id, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("substitute.ended", person.Actor) { Fields = new JsonObject { ["substitute"] = id }, Correlations = [id] };
        return store.EndSubstituteAsync(person.Tenant, id, person.UserId, time.Now(), leaf, cancellation);
    }
}
