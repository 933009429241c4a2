using Sallyport.Approvals;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Policy;
using Sallyport.Server.Http;

namespace Sallyport.Server.Passkeys;

/// <summary>A person's passkeys. Adding one needs a fresh sign-in: a stolen session must not become a signature.</summary>
internal static class PasskeyEndpoints
{
    internal static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/passkeys", ListAsync);
        routes.MapPost("/v1/passkeys/offers", OfferAsync);
        routes.MapPost("/v1/passkeys", AddAsync);
        routes.MapDelete("/v1/passkeys/{id}", RemoveAsync);
        routes.MapGet("/v1/people/{username}/passkeys", ListOfAsync);
        routes.MapDelete("/v1/people/{username}/passkeys/{id}", RemoveOfAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IPasskeyStore store)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var own = await store.OfAsync(person.Tenant, person.UserId, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { passkeys = own.Select(View) });
    }

    private static async Task OfferAsync(HttpContext http, Callers callers, PasskeyRegistry registry, IPasskeyStore store, PublicAddress address, TimeProvider time)
    {
        if (await FreshAsync(http, callers, time) is not { } person) return;
        var own = await store.OfAsync(person.Tenant, person.UserId, http.RequestAborted);
        if (own.Count >= PasskeyRegistry.MostPerPerson) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"A person has at most {PasskeyRegistry.MostPerPerson} passkeys; remove one first.");
        else await Answers.WriteAsync(http, 201, new PasskeyOfferView(await registry.OfferAsync(person, http.RequestAborted), new Uri(address.Url).Host, person.UserId, person.Username, person.DisplayName, [.. own.Select(key => key.CredentialId)]));
    }

    private static async Task AddAsync(HttpContext http, Callers callers, PasskeyRegistry registry, PublicAddress address, TimeProvider time)
    {
        if (await FreshAsync(http, callers, time) is not { } person) return;
        if (await RequestReader.ReadAsync<PasskeyCall>(http) is not { } call) return;
        if (call.Name.Trim().Length is 0 or > 60)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "A passkey's name has 1 to 60 characters.");
            return;
        }

        var (credential, fault) = Attestation.Read(call.AttestationObject, call.ClientData, call.Challenge, new Uri(address.Url));
        if (credential is null) await Answers.ProblemAsync(http, ErrorCatalogue.PasskeyInvalid, fault!);
        else if (await registry.AddAsync(person, call.Name.Trim(), credential, http.RequestAborted) is { } added) await Answers.WriteAsync(http, 201, View(added));
        else await Answers.ProblemAsync(http, ErrorCatalogue.PasskeyInvalid, "The challenge was not offered to you or was used already, or the passkey is registered.");
    }

    private static async Task RemoveAsync(HttpContext http, string id, Callers callers, PasskeyRegistry registry, TimeProvider time)
    {
        if (await FreshAsync(http, callers, time) is not { } person) return;
        await RemovedAsync(http, await registry.RemoveAsync(person, person.UserId, id, http.RequestAborted));
    }

    private static async Task ListOfAsync(HttpContext http, string username, Callers callers, IPasskeyStore store, IIdentityStore people)
    {
        if (await OfAsync(http, username, callers, people) is not var (_, person)) return;
        await Answers.WriteAsync(http, 200, new { passkeys = (await store.OfAsync(person.Tenant, person.UserId, http.RequestAborted)).Select(View) });
    }

    /// <summary>For a lost device: an administrator can remove a key, never add one.</summary>
    private static async Task RemoveOfAsync(HttpContext http, string username, string id, Callers callers, PasskeyRegistry registry, IIdentityStore people)
    {
        if (await OfAsync(http, username, callers, people) is not var (admin, person)) return;
        await RemovedAsync(http, await registry.RemoveAsync(admin, person.UserId, id, http.RequestAborted));
    }

    private static async Task<(HumanPrincipal Admin, HumanPrincipal Person)?> OfAsync(HttpContext http, string username, Callers callers, IIdentityStore people)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } admin) return null;
        if (await people.FindPersonAsync(admin.Tenant, username, http.RequestAborted) is { } account) return (admin, account.Person);
        await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, $"There is nobody named \"{username}\".");
        return null;
    }

    private static async Task RemovedAsync(HttpContext http, bool removed)
    {
        if (removed) http.Response.StatusCode = 204;
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no passkey of this id.");
    }

    private static async Task<HumanPrincipal?> FreshAsync(HttpContext http, Callers callers, TimeProvider time)
    {
        if (await callers.PersonAsync(http) is not { } person) return null;
        if (StepUpCheck.IsFresh(person, time.Now())) return person;
        await Answers.ProblemAsync(http, ErrorCatalogue.StepUpRequired, $"Sign in again; adding and removing passkeys needs a sign-in within the last {ApprovalRequirement.FreshWithin.TotalMinutes:0} minutes.");
        return null;
    }

    internal static PasskeyView View(Passkey passkey) => new(passkey.CredentialId, passkey.Name, PasskeyRegistry.Thumbprint(passkey.PublicKey), passkey.CreatedAt, passkey.UsedAt);
}
