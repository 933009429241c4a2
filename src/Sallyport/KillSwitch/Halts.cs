using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.KillSwitch;

/// <summary>A halt in force or lifted.</summary>
/// <param name="Id">Id.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Scope"><c>agent:ID</c>, <c>tool:NAME</c>, <c>workflow:NAME</c> or <c>all</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">User name of the person.</param>
/// <param name="At">When.</param>
/// <param name="ResumedAt">When it was lifted.</param>
/// <param name="Generation">The control generation that began with it.</param>
/// <param name="IsComplete">Whether its receipt was signed: until then a server process may not have taken it in.</param>
public sealed record Halt(string Id, string Tenant, string Scope, string Reason, string By, DateTimeOffset At, DateTimeOffset? ResumedAt, long Generation = 0, bool IsComplete = false)
{
    /// <summary>Agents whose credential generation it bumped.</summary>
    public IReadOnlyList<string> RevokedAgents { get; init; } = [];

    /// <summary>Actions that it cancelled: none of their attempts ever left.</summary>
    public IReadOnlyList<string> Cancelled { get; init; } = [];
}

/// <summary>A server process that shares the store.</summary>
/// <param name="Id">Id of its life.</param>
/// <param name="Generation">The control generation that its gate has taken in.</param>
/// <param name="PermitUntil">Until when it may send, by the store's clock.</param>
public sealed record Replica(string Id, long Generation, DateTimeOffset PermitUntil);

/// <summary>The answer to a renewal.</summary>
/// <param name="Granted">Whether the permit was extended: only when the process has taken in the current generation.</param>
/// <param name="Generation">The current control generation.</param>
/// <param name="InForce">The halts in force, read in the same transaction.</param>
public sealed record PermitGrant(bool Granted, long Generation, IReadOnlyList<Halt> InForce);

/// <summary>The durable side of the kill switch; SQLite and PostgreSQL implement it.</summary>
public interface IHaltStore
{
    /// <summary>
    /// K1 in one transaction: records the halt under the next control generation, bumps the generation of every agent in scope (which voids
    /// its tokens), and cancels every action in scope of which no attempt has left. One entry for the halt and one for every cancelled action.
    /// Returns the halt with all of that filled in.
    /// </summary>
    Task<Halt> HaltAsync(Halt halt, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>K2: keeps the signed receipt with its entry; false when it was complete already.</summary>
    Task<bool> CompleteAsync(Halt halt, string receipt, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The receipt of a halt, or null while there is none.</summary>
    Task<string?> ReceiptAsync(string tenant, string haltId, CancellationToken cancellation);

    /// <summary>Lifts a halt; agents that it stopped become active again, with their new generation. False when it is not in force.</summary>
    Task<bool> ResumeAsync(string tenant, string haltId, DateTimeOffset at, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Halts in force.</summary>
    Task<IReadOnlyList<Halt>> ActiveAsync(CancellationToken cancellation);

    /// <summary>Attempts in scope that may have left and are not settled.</summary>
    Task<IReadOnlyList<UnresolvedAttempt>> UnresolvedAsync(string tenant, string scope, CancellationToken cancellation);

    /// <summary>
    /// Extends a process's permit, if it has taken in the current control generation; and registers it on first use. A process that lags
    /// behind keeps the end that it has, so that a halt waits for at most one time-to-live.
    /// </summary>
    Task<PermitGrant> RenewAsync(string replica, DateTimeOffset now, TimeSpan timeToLive, long taken, CancellationToken cancellation);

    /// <summary>The registered processes.</summary>
    Task<IReadOnlyList<Replica>> ReplicasAsync(CancellationToken cancellation);

    /// <summary>Forgets a process that stops in good order.</summary>
    Task ForgetAsync(string replica, CancellationToken cancellation);
}

/// <summary>What a halt can stop.</summary>
public static class HaltScope
{
    /// <summary>Says what is wrong with a scope, or null.</summary>
    public static string? Check(string scope) =>
        scope == "all" || (scope.Split(':') is ["agent" or "tool" or "workflow", { Length: > 0 and <= 100 }])
            ? null : "A scope is agent:ID, tool:NAME, workflow:NAME or all.";
}
