using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Passkeys;

/// <summary>A new credential, as an authenticator attested it.</summary>
/// <param name="CredentialId">Id, base64url.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo in base64.</param>
/// <param name="SignCount">Counter.</param>
/// <param name="Challenge">The challenge that was answered, base64url.</param>
/// <param name="RpId">Domain.</param>
/// <param name="Origin">Origin.</param>
public sealed record NewCredential(string CredentialId, string PublicKey, long SignCount, string Challenge, string RpId, string Origin);

/// <summary>
/// Registers and removes passkeys. The public key stands in the audit log from then on, so a signature can be checked, and a key that somebody
/// slipped in can be seen, without asking this server.
/// </summary>
public sealed class PasskeyRegistry(IPasskeyStore store, IdSource ids, TimeProvider time)
{
    /// <summary>Most passkeys of one person.</summary>
    public const int MostPerPerson = 10;

    private static readonly TimeSpan OfferLife = TimeSpan.FromMinutes(5);

    /// <summary>Begins a registration: a challenge for the authenticator, base64url, good for five minutes and one use.</summary>
    public async Task<string> OfferAsync(HumanPrincipal person, CancellationToken cancellation)
    {
        var challenge = Base64Url.EncodeToString(ids.Bytes(32));
        await store.OfferAsync(challenge, person.UserId, time.Now(), time.Now() + OfferLife, cancellation);
        return challenge;
    }

    /// <summary>Adds a credential; null when its challenge was not offered to this person, was used, or the credential is known.</summary>
    public async Task<Passkey?> AddAsync(HumanPrincipal person, string name, NewCredential credential, CancellationToken cancellation)
    {
        var now = time.Now();
        var passkey = new Passkey(credential.CredentialId, person.Tenant, person.UserId, name, credential.PublicKey, credential.RpId, credential.Origin, credential.SignCount, now, null);
        var leaf = new AuditDraft("passkey.registered", person.Actor)
        {
            Fields = new JsonObject
            {
                ["user_id"] = person.UserId, ["credential_id"] = passkey.CredentialId, ["public_key"] = passkey.PublicKey, ["thumbprint"] = Thumbprint(passkey.PublicKey),
                ["rp_id"] = passkey.RpId, ["origin"] = passkey.Origin, ["provider"] = person.SignIn?.Provider,
            },
            Payload = new JsonObject { ["username"] = person.Username, ["name"] = name },
            Correlations = [passkey.CredentialId],
        };
        return await store.AddAsync(passkey, credential.Challenge, now, leaf, cancellation) ? passkey : null;
    }

    /// <summary>Removes a passkey; false when the person has none of this id. What it signed stays valid.</summary>
    public Task<bool> RemoveAsync(HumanPrincipal by, string userId, string credentialId, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("passkey.removed", by.Actor) { Fields = new JsonObject { ["user_id"] = userId, ["credential_id"] = credentialId }, Correlations = [credentialId] };
        return store.RemoveAsync(by.Tenant, userId, credentialId, time.Now(), leaf, cancellation);
    }

    /// <summary>What a person can keep to recognise their key later: SHA-256 of the public key.</summary>
    public static string Thumbprint(string publicKey) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey)));
}
