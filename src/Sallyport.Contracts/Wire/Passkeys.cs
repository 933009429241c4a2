namespace Sallyport.Contracts.Wire;

/// <summary>What a browser needs to make a passkey: <c>POST /v1/passkeys/offers</c>.</summary>
/// <param name="Challenge">Challenge, base64url; five minutes and one use.</param>
/// <param name="RpId">Domain to which the passkey will be bound.</param>
/// <param name="UserId">User handle.</param>
/// <param name="Username">User name.</param>
/// <param name="DisplayName">Full name.</param>
/// <param name="CredentialIds">Passkeys that the person has, which their device must not make again.</param>
public sealed record PasskeyOfferView(string Challenge, string RpId, string UserId, string Username, string DisplayName, IReadOnlyList<string> CredentialIds);

/// <summary>Registers a passkey: <c>POST /v1/passkeys</c>. Binary members are base64url.</summary>
/// <param name="Name">What the person calls it.</param>
/// <param name="Challenge">The challenge that was offered.</param>
/// <param name="AttestationObject">The authenticator's answer.</param>
/// <param name="ClientData">The browser's client data.</param>
public sealed record PasskeyCall(string Name, string Challenge, string AttestationObject, string ClientData);

/// <summary>A passkey.</summary>
/// <param name="CredentialId">Id.</param>
/// <param name="Name">What the person calls it.</param>
/// <param name="Thumbprint">SHA-256 of its public key, the same that stands in the audit log.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="UsedAt">When it last signed.</param>
public sealed record PasskeyView(string CredentialId, string Name, string Thumbprint, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

/// <summary>A passkey's signature over an approval. Members are base64url.</summary>
/// <param name="CredentialId">Which passkey.</param>
/// <param name="AuthenticatorData">Authenticator data.</param>
/// <param name="ClientData">Client data.</param>
/// <param name="Signature">Signature.</param>
public sealed record PasskeySignature(string CredentialId, string AuthenticatorData, string ClientData, string Signature);

/// <summary>What a person has to sign to approve: <c>GET /v1/approvals/{id}/signing</c>.</summary>
/// <param name="StepUp">What the approval needs of this person: <c>none</c>, <c>fresh</c> or <c>passkey</c>.</param>
/// <param name="Challenge">What the authenticator signs, base64url.</param>
/// <param name="RpId">Domain.</param>
/// <param name="CredentialIds">The person's passkeys.</param>
/// <param name="Statement">The statement, member by member; the challenge is the digest of their digests.</param>
public sealed record SigningView(string StepUp, string Challenge, string RpId, IReadOnlyList<string> CredentialIds, System.Text.Json.JsonElement Statement);
