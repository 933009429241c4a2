using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Identity;

namespace Sallyport.KillSwitch;

/// <summary>Makes the systems of record refuse attempts that may still be on their way; answers with those that it could stop.</summary>
/// <param name="attempts">What is unresolved.</param>
/// <param name="cancellation">Ends the try.</param>
public delegate Task<IReadOnlySet<UnresolvedAttempt>> AttemptStop(IReadOnlyList<UnresolvedAttempt> attempts, CancellationToken cancellation);

/// <summary>
/// One action that stops an agent, tool, workflow or everything. The order matters: the gate closes first, in memory, so that not even a
/// failing store delays the stop; then the halt becomes durable (K1); then every server process has its senders out of the gate, or its
/// permit has lapsed; only then does the call return, with a signed receipt that names everything that may still land (K2).
/// </summary>
public sealed class KillSwitch(
    IHaltStore store, EffectGate gate, PermitRenewal renewal, CredentialCache credentials, AttemptStop stop, LogSigner signer, IdSource ids, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    /// <summary>How far two clocks may run apart within one time-to-live.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes in every halt in force and finishes those that a crash interrupted; called before the server takes its first call.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await renewal.RenewAsync(cancellation);
        foreach (var halt in await store.ActiveAsync(cancellation))
            if (!halt.IsComplete) await CompleteAsync(halt, time.GetTimestamp(), cancellation);
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
        halt = await store.HaltAsync(halt, leaf, cancellation);
        credentials.Clear();
        await draining;
        await renewal.RenewAsync(cancellation);
        return await CompleteAsync(halt, started, cancellation);
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
        await renewal.RenewAsync(cancellation);
        return true;
    }

    /// <summary>K2: waits until no process can send any more, stops at the systems of record what can be stopped, and signs what is true then.</summary>
    private async Task<HaltReceipt> CompleteAsync(Halt halt, long started, CancellationToken cancellation)
    {
        var (acknowledged, lapsed) = await WaitForReplicasAsync(halt.Generation, cancellation);
        var drained = time.GetElapsedTime(started);
        var unresolved = await store.UnresolvedAsync(halt.Tenant, halt.Scope, cancellation);
        var stopped = await StopAsync(unresolved, cancellation);
        var receipt = new HaltReceipt(
            halt.Id, halt.Scope, halt.By, halt.Reason, halt.At, halt.RevokedAgents, halt.Cancelled, [.. unresolved.Select(attempt => attempt with { Stopped = stopped.Contains(attempt) })],
            Math.Round(drained.TotalMilliseconds, 3), halt.Generation, acknowledged, lapsed, time.Now());
        // The person's words are theirs and may name somebody: the signed statement carries everything else.
        var statement = CanonicalJson.ToText(JsonSerializer.SerializeToElement(receipt with { Reason = "" }, WireJson.Options));
        receipt = receipt with { Signed = signer.SignNote("sallyport kill receipt v1\n" + statement + "\n") };
        var leaf = new AuditDraft("kill.complete", "system")
        {
            Fields = new JsonObject
            {
                ["halt_id"] = halt.Id, ["scope"] = halt.Scope, ["generation"] = halt.Generation, ["acknowledged"] = acknowledged.Count, ["fenced_by_ttl"] = lapsed.Count,
                ["cancelled"] = halt.Cancelled.Count, ["unresolved"] = unresolved.Count, ["stopped"] = stopped.Count, ["receipt"] = CanonicalJson.Digest(System.Text.Encoding.UTF8.GetBytes(statement)),
            },
            Correlations = [halt.Id],
        };
        await store.CompleteAsync(halt, JsonSerializer.Serialize(receipt, WireJson.Options), leaf, cancellation);
        return receipt;
    }

    /// <summary>Every process has either taken the generation in, its senders out of the gate, or cannot send since its permit has lapsed.</summary>
    private async Task<(IReadOnlyList<string> Acknowledged, IReadOnlyList<string> Lapsed)> WaitForReplicasAsync(long generation, CancellationToken cancellation)
    {
        while (true)
        {
            var replicas = await store.ReplicasAsync(cancellation);
            var now = time.Now();
            if (!replicas.Any(replica => replica.Generation < generation && replica.PermitUntil + Margin > now))
                return ([.. replicas.Where(replica => replica.Generation >= generation).Select(replica => replica.Id)],
                    [.. replicas.Where(replica => replica.Generation < generation).Select(replica => replica.Id)]);
            await Task.Delay(Look, time, cancellation);
        }
    }

    private async Task<IReadOnlySet<UnresolvedAttempt>> StopAsync(IReadOnlyList<UnresolvedAttempt> unresolved, CancellationToken cancellation)
    {
        if (unresolved.Count == 0) return new HashSet<UnresolvedAttempt>();
        using var limit = new CancellationTokenSource(StopLimit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        return await stop(unresolved, linked.Token);
    }
}
