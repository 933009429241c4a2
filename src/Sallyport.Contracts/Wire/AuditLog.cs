namespace Sallyport.Contracts.Wire;

/// <summary>What a reader of the log needs besides its entries.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="FirstKey">Its first verifier key.</param>
/// <param name="Key">Its current verifier key.</param>
/// <param name="Rotations">The checkpoints that announced new keys, oldest first.</param>
/// <param name="Witnesses">Verifier keys of the configured witnesses.</param>
public sealed record AuditTrust(string Origin, string FirstKey, string Key, IReadOnlyList<string> Rotations, IReadOnlyList<string> Witnesses);

/// <summary>A replaced log key.</summary>
/// <param name="OldKey">The old verifier key.</param>
/// <param name="NewKey">The new one.</param>
/// <param name="OverlapDays">Days for which both sign.</param>
public sealed record KeyRotationView(string OldKey, string NewKey, int OverlapDays);

/// <summary>Asks to erase what stands beside audit entries.</summary>
/// <param name="Before">Of entries older than this.</param>
/// <param name="ActionId">Of the entries of one action.</param>
public sealed record EraseCall(DateTimeOffset? Before = null, string? ActionId = null);

/// <summary>What was erased.</summary>
/// <param name="Payloads">Payloads.</param>
/// <param name="Correlations">Business ids.</param>
/// <param name="Kept">Payloads kept because their action has not ended.</param>
public sealed record ErasureView(long Payloads, long Correlations, long Kept);
