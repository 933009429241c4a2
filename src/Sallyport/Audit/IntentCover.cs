using Sallyport.Tools;

namespace Sallyport.Audit;

/// <summary>
/// How many witnesses must have seen an intent before its effect may leave, by risk class. A class that is not named needs none.
/// </summary>
/// <param name="Required">Cosignatures by class.</param>
public sealed record WitnessPolicy(IReadOnlyDictionary<RiskClass, int> Required)
{
    /// <summary>The classes that need one cosignature when witnesses are configured and nothing else is said: all that write, except small reversible changes.</summary>
    public static WitnessPolicy Default { get; } = new(new Dictionary<RiskClass, int>
    {
        [RiskClass.MoneyMovement] = 1, [RiskClass.Access] = 1, [RiskClass.CustomerComms] = 1, [RiskClass.Destructive] = 1,
    });

    /// <summary>No requirement, because no witness is configured.</summary>
    public static WitnessPolicy None { get; } = new(new Dictionary<RiskClass, int>());
}

/// <summary>Why the intents recorded so far may not be acted on yet for a risk class; null when they may.</summary>
/// <param name="risk">The class.</param>
/// <param name="cancellation">Cancels waiting.</param>
public delegate Task<string?> IntentCheck(RiskClass risk, CancellationToken cancellation);

/// <summary>
/// Between the intent's commit and the gate: where the risk demands it, nothing leaves before a checkpoint that covers the intent carries
/// enough cosignatures. A missing witness is our own restraint, never a reason to go on.
/// </summary>
public sealed class IntentCover(CheckpointPublisher publisher, WitnessPolicy policy)
{
    /// <summary>Why the intent is not covered; null when it is, or when its class needs no witness.</summary>
    public async Task<string?> MissingAsync(RiskClass risk, CancellationToken cancellation)
    {
        var needed = policy.Required.GetValueOrDefault(risk);
        if (needed == 0) return null;
        try
        {
            var (checkpoint, round) = await publisher.CosignAsync(needed, cancellation);
            return checkpoint.Cosignatures >= needed ? null
                : $"The audit log needs {needed} witness(es) for this risk and has {checkpoint.Cosignatures}: {string.Join(" ", round.Faults)}";
        }
        catch (Exception fault) when (fault is AuditLogException or IOException)
        {
            return fault.Message;
        }
    }
}
