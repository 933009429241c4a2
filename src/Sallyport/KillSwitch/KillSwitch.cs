using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Identity;

namespace Sallyport.KillSwitch;

/// <summary>
/// One action that stops an agent, tool, workflow or everything. The order matters: the gate closes first, in memory, so that not even a
/// failing store delays the stop; then the halt becomes durable; then the last sender leaves the gate; only then does the call return.
/// </summary>
public sealed class KillSwitch(IHaltStore store, EffectGate gate, CredentialCache credentials, IdSource ids, TimeProvider time)
{
    /// <summary>Closes the gate for every halt in force; called before the server takes its first call.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var halt in await store.ActiveAsync(cancellation)) await gate.CloseAsync(halt.Scope, halt.Id);
    }

    /// <summary>Halts a scope. When this returns no new effect starts in it.</summary>
    /// <exception cref="Protocol.StoreUnavailableException">The halt could not be recorded; the gate stays closed all the same.</exception>
    public async Task<HaltReceipt> HaltAsync(HumanPrincipal by, string scope, string reason, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var id = ids.Next("hlt");
        var draining = gate.CloseAsync(scope, id);
        credentials.Clear();
        var halt = new Halt(id, by.Tenant, scope, reason, by.Username, time.Now(), null);
        var leaf = new AuditDraft("kill.begin", by.Actor)
        {
            Fields = new JsonObject { ["halt_id"] = halt.Id, ["scope"] = scope },
            Payload = new JsonObject { ["reason"] = reason, ["username"] = by.Username },
            Correlations = [halt.Id],
        };
        var result = await store.HaltAsync(halt, leaf, cancellation);
        credentials.Clear();
        await draining;
        var unresolved = await store.UnresolvedAsync(by.Tenant, scope, cancellation);
        return new HaltReceipt(halt.Id, scope, by.Username, reason, halt.At, result.RevokedAgents, result.Cancelled, unresolved,
            Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3));
    }

    /// <summary>Lifts a halt; false when it is not in force. Cancelled actions stay cancelled, revoked tokens stay void.</summary>
    public async Task<bool> ResumeAsync(HumanPrincipal by, string haltId, CancellationToken cancellation)
    {
        var active = await store.ActiveAsync(cancellation);
        if (active.FirstOrDefault(halt => halt.Id == haltId && halt.Tenant == by.Tenant) is not { } found) return false;
        var leaf = new AuditDraft("kill.resumed", by.Actor)
        {
            Fields = new JsonObject { ["halt_id"] = haltId, ["scope"] = found.Scope }, Correlations = [haltId],
        };
        if (!await store.ResumeAsync(by.Tenant, haltId, time.Now(), leaf, cancellation)) return false;
        credentials.Clear();
        gate.Open(haltId);
        return true;
    }
}
