namespace Sallyport.Verifier;

/// <summary>A passkey as the log registered it.</summary>
/// <param name="CredentialId">Id.</param>
/// <param name="UserId">Whose.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo, base64.</param>
/// <param name="Thumbprint">SHA-256 of it.</param>
/// <param name="RpId">Domain.</param>
/// <param name="Origin">Origin.</param>
/// <param name="From">Entry that registered it.</param>
internal sealed record RegisteredPasskey(string CredentialId, string UserId, string PublicKey, string Thumbprint, string RpId, string Origin, long From)
{
    /// <summary>Entry that removed it; null while it is there.</summary>
    internal long? Until { get; set; }
}

/// <summary>Which passkeys were whose at which entry, as the log itself says.</summary>
internal sealed class PasskeyBook
{
    private readonly List<RegisteredPasskey> _keys = [];
    private readonly IReadOnlySet<string>? _kept;

    /// <param name="entries">The log.</param>
    /// <param name="kept">Thumbprints that the reader got from the people themselves; null to believe the log.</param>
    internal PasskeyBook(IEnumerable<ExportEntry> entries, IReadOnlySet<string>? kept)
    {
        _kept = kept;
        foreach (var entry in entries)
        {
            switch (entry.Text("kind"))
            {
                case "passkey.registered" when entry.Text("public_key") is { } key:
                    _keys.Add(new RegisteredPasskey(entry.Text("credential_id") ?? "", entry.Text("user_id") ?? "", key, PasskeySignature.Thumbprint(key), entry.Text("rp_id") ?? "", entry.Text("origin") ?? "", entry.Index));
                    break;
                case "passkey.removed":
                    foreach (var known in _keys.Where(known => known.Until is null && known.CredentialId == entry.Text("credential_id") && known.UserId == entry.Text("user_id"))) known.Until = entry.Index;
                    break;
            }
        }
    }

    internal RegisteredPasskey? Find(string credentialId, string userId, long at) =>
        _keys.FirstOrDefault(key => key.CredentialId == credentialId && key.UserId == userId && key.From < at && !(key.Until < at));

    internal bool IsKept(RegisteredPasskey key) => _kept is null || _kept.Contains(key.Thumbprint);
}
