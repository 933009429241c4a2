namespace Sallyport.Audit;

/// <summary>What a witness answered to a checkpoint (C2SP tlog-witness).</summary>
/// <param name="Line">Its cosignature line, when it gave one.</param>
/// <param name="KnownSize">The size that it has seen already, when it is another than the one claimed.</param>
/// <param name="Fault">Why there is neither.</param>
public sealed record WitnessAnswer(string? Line, long? KnownSize = null, string? Fault = null);

/// <summary>Process boundary: somebody else who remembers how long the log was.</summary>
public interface IWitness
{
    /// <summary>Its verifier key.</summary>
    NoteVerifier Key { get; }

    /// <summary>Asks for a cosignature, within its own time limit; never throws for a witness that is away.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="oldSize">The size that the witness is believed to know.</param>
    /// <param name="proof">Consistency proof from there.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    Task<WitnessAnswer> CosignAsync(string note, long oldSize, IReadOnlyList<byte[]> proof, CancellationToken cancellation);
}
