using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Actors;

/// <summary>People with the operator's role: they halt and resume, roll back, settle doubts, and activate releases.</summary>
internal sealed class OperatorActor(Universe universe)
{
    /// <summary>Halts a scope, and lifts the halt later, if ever.</summary>
    internal async Task HaltAsync(string scope, TimeSpan at, TimeSpan? liftAfter)
    {
        await universe.PauseAsync(at);
        var halt = new SeenHalt(scope, universe.Scheduler.Now);
        universe.History.Halts.Add(halt);
        universe.Trace.Say("oscar", $"halts {scope}");
        var reply = await universe.Any().CallAsync(replica => replica.KillSwitch.HaltAsync(Cast.Oscar, scope, "drill", CancellationToken.None));
        if (reply.Value is not { } receipt) return;
        (halt.Receipt, halt.Returned, halt.Generations) = (receipt, universe.Scheduler.Now, universe.Generations());
        universe.Trace.Say("oscar", $"has the receipt for {scope}; unresolved: {string.Join(' ', receipt.Unresolved.Select(attempt => attempt.ActionId[^4..]))}");
        if (liftAfter is not { } pause) return;
        await universe.PauseAsync(pause);
        await LiftAsync(receipt.HaltId);
    }

    /// <summary>Lifts every halt that is in force.</summary>
    internal async Task LiftAllAsync()
    {
        while (true)
        {
            var active = await universe.Any().CallAsync(replica => replica.Halts.ActiveAsync(CancellationToken.None));
            if (active.Value is { Count: 0 }) return;
            if (active.Value is { } halts) await LiftAsync(halts[0].Id);
            else await universe.PauseAsync(TimeSpan.FromSeconds(1));
        }
    }

    private async Task LiftAsync(string haltId)
    {
        foreach (var seen in universe.History.Halts.Where(halt => halt.Receipt is null || halt.Receipt.HaltId == haltId)) seen.Lifted = Min(seen.Lifted, universe.Scheduler.Now);
        universe.Trace.Say("oscar", $"lifts a halt");
        await universe.Any().CallAsync(async replica => (object)await replica.KillSwitch.ResumeAsync(Cast.Oscar, haltId, CancellationToken.None));
    }

    /// <summary>Rolls back what succeeded, sometimes twice at once.</summary>
    internal async Task CompensateAsync(TimeSpan at, HumanPrincipal by)
    {
        await universe.PauseAsync(at);
        var recent = await universe.Any().CallAsync(replica => replica.Actions.RecentAsync(Cast.Tenant, 20, CancellationToken.None));
        if (recent.Value?.FirstOrDefault(action => action.State == ActionState.Succeeded && action.Compensates is null) is not { } done) return;
        var proposer = new Proposer(by.UserId, by.Tenant, by.Username, by.Username, PayBundle.Workflow, [PayBundle.VoidScope], 0, IsPerson: true);
        for (var tries = 0; tries < 2; tries++)
        {
            var reply = await universe.Any().CallAsync(replica => replica.Compensator.CompensateAsync(done, proposer, dryRun: false, "mistake", null, CancellationToken.None));
            universe.Trace.Say(by.Username, $"rolls back {done.Id[^4..]}: {reply.Value?.Status}");
            await universe.PauseAsync(universe.Chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        }
    }

    /// <summary>Settles doubts with evidence: a person looks into the bank's ledger once nothing is under way.</summary>
    internal async Task SettleAsync(TimeSpan every, TimeSpan until)
    {
        while (universe.Scheduler.Now < until)
        {
            await universe.PauseAsync(every);
            var recent = await universe.Any().CallAsync(replica => replica.Actions.RecentAsync(Cast.Tenant, 50, CancellationToken.None));
            var doubts = (recent.Value ?? []).Where(action => action.State == ActionState.Unknown && universe.Bank.Wire.TrueForAll(request => request.Key != action.Id));
            foreach (var doubt in doubts)
            {
                var applied = universe.Bank.Find(doubt.Id).Any();
                universe.Trace.Say("lena", $"settles {doubt.Id[^4..]}: {(applied ? "applied" : "not applied")}");
                // Money needs two people who say the same.
                foreach (var person in new[] { Cast.Lena, Cast.Oscar })
                {
                    await universe.Any().CallAsync(async replica => (await replica.Actions.FindAsync(Cast.Tenant, doubt.Id, CancellationToken.None)) is { State: ActionState.Unknown } now && now.Attempt == doubt.Attempt
                        ? (await replica.Settler.ResolveAsync(now, person, applied, "looked into the ledger", CancellationToken.None)).Action : doubt);
                }
            }
        }
    }

    /// <summary>Activates the other release on one replica, past the proofs: what policy says changes under way.</summary>
    internal async Task ActivateAsync(TimeSpan at)
    {
        await universe.PauseAsync(at);
        await universe.Any().CallAsync(async replica =>
        {
            var active = replica.Releases.ActiveOf(PayBundle.Workflow)!;
            var next = active == PayBundle.First ? PayBundle.Second : PayBundle.First;
            var leaf = new AuditDraft("release.activated", Cast.Oscar.Actor);
            var done = await replica.ReleaseStore.ActivateAsync(PayBundle.Stored(next, active: true), active.Hash, null, leaf, CancellationToken.None);
            await replica.Releases.LoadAsync(CancellationToken.None);
            universe.Trace.Say("oscar", $"activates the other release: {done}");
            return replica;
        });
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
