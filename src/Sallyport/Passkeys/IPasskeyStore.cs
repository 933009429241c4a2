using Sallyport.Audit;

namespace Sallyport.Passkeys;

/// <summary>People's passkeys; SQLite and PostgreSQL implement it. Every change is one transaction with its audit entry.</summary>
public interface IPasskeyStore
{
    /// <summary>Remembers the challenge of a registration that was begun; older ones of anybody that have expired are forgotten.</summary>
    Task OfferAsync(string challenge, string userId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellation);

    /// <summary>Uses up an offer and adds the passkey. False when the offer is unknown, expired or another person's, or the credential exists.</summary>
    Task<bool> AddAsync(Passkey passkey, string challenge, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>A person's passkeys that are not removed, oldest first.</summary>
    Task<IReadOnlyList<Passkey>> OfAsync(string tenant, string userId, CancellationToken cancellation);

    /// <summary>Notes a use. The counter only grows.</summary>
    Task UsedAsync(string credentialId, long signCount, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Removes a passkey of a person; false when there is none. The row stays, so that nobody can register its id again.</summary>
    Task<bool> RemoveAsync(string tenant, string userId, string credentialId, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation);
}
