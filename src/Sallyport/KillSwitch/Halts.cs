using Sallyport.Audit;

namespace Sallyport.KillSwitch;

/// <summary>A halt in force or lifted.</summary>
/// <param name="Id">Id.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Scope"><c>agent:ID</c>, <c>tool:NAME</c>, <c>workflow:NAME</c> or <c>all</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">User name of the person.</param>
/// <param name="At">When.</param>
/// <param name="ResumedAt">When it was lifted.</param>
public sealed record Halt(string Id, string Tenant, string Scope, string Reason, string By, DateTimeOffset At, DateTimeOffset? ResumedAt);

/// <summary>What a halt changed durably.</summary>
/// <param name="RevokedAgents">Agents whose generation was bumped.</param>
/// <param name="Cancelled">Actions that will never leave.</param>
public sealed record HaltResult(IReadOnlyList<string> RevokedAgents, IReadOnlyList<string> Cancelled);

/// <summary>The durable side of the kill switch; SQLite and PostgreSQL implement it.</summary>
public interface IHaltStore
{
    /// <summary>
    /// K1 in one transaction: records the halt, bumps the generation of every agent in scope (which voids its tokens), and cancels every
    /// action in scope of which no attempt has left. One entry for the halt and one for every cancelled action.
    /// </summary>
    Task<HaltResult> HaltAsync(Halt halt, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Lifts a halt; agents that it stopped become active again, with their new generation. False when it is not in force.</summary>
    Task<bool> ResumeAsync(string tenant, string haltId, DateTimeOffset at, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Halts in force.</summary>
    Task<IReadOnlyList<Halt>> ActiveAsync(CancellationToken cancellation);

    /// <summary>Actions in scope that may have left and are not settled.</summary>
    Task<IReadOnlyList<string>> UnresolvedAsync(string tenant, string scope, CancellationToken cancellation);
}

/// <summary>What a halt can stop.</summary>
public static class HaltScope
{
    /// <summary>Says what is wrong with a scope, or null.</summary>
    public static string? Check(string scope) =>
        scope == "all" || (scope.Split(':') is ["agent" or "tool" or "workflow", { Length: > 0 and <= 100 }])
            ? null : "A scope is agent:ID, tool:NAME, workflow:NAME or all.";
}
