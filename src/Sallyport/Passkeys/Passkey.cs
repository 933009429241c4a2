namespace Sallyport.Passkeys;

/// <summary>A public key with which a person signs approvals; the private half never leaves their device.</summary>
/// <param name="CredentialId">Id that the authenticator chose, base64url.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Name">What they call it.</param>
/// <param name="PublicKey">Public key, P-256 or RSA: SubjectPublicKeyInfo (RFC 5280) in base64.</param>
/// <param name="RpId">The domain that it is bound to (WebAuthn, section 5.1.2).</param>
/// <param name="Origin">The origin at which it was made; signatures come from there.</param>
/// <param name="SignCount">The authenticator's counter at its last use; 0 where it does not count.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="UsedAt">When it last signed; null before that.</param>
public sealed record Passkey(
    string CredentialId, string Tenant, string UserId, string Name, string PublicKey, string RpId, string Origin, long SignCount, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

/// <summary>What an authenticator returns for a signature (WebAuthn, section 5.2.2), each member base64url.</summary>
/// <param name="CredentialId">Which passkey.</param>
/// <param name="AuthenticatorData">Authenticator data (section 6.1): relying party, flags, counter.</param>
/// <param name="ClientData">Client data as JSON (section 5.8.1): challenge and origin.</param>
/// <param name="Signature">Signature over both: ECDSA in DER, or RSA (PKCS #1 v1.5), with SHA-256.</param>
public sealed record PasskeyAssertion(string CredentialId, string AuthenticatorData, string ClientData, string Signature);
