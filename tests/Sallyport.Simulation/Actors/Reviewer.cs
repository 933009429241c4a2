using Sallyport.Contracts.Errors;
using Sallyport.Approvals;
using Sallyport.Identity;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Actors;

/// <summary>A person who looks at the queue now and then, thinks, and answers what they saw, in their own time or too late.</summary>
internal sealed class Reviewer(Universe universe, HumanPrincipal person, int approves)
{
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    internal async Task WatchAsync(TimeSpan until)
    {
        while (universe.Scheduler.Now < until)
        {
            await universe.PauseAsync(universe.Chance.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(90)));
            var reply = await universe.Any().CallAsync(replica => replica.Actions.PendingAsync(Cast.Tenant, 20, CancellationToken.None));
            foreach (var action in reply.Value ?? [])
            {
                if (_answered.Contains(action.ApprovalId!) && !universe.Chance.Permille(150)) continue;
                _answered.Add(action.ApprovalId!);
                // The statement that is answered is the one that was seen, however long the thinking takes.
                var (approval, digest) = (action.ApprovalId!, universe.Chance.Permille(30) ? "sha256:of-something-else" : action.StatementDigest);
                var approve = universe.Chance.Permille(approves);
                universe.Outside.Start(() => AnswerAsync(approval, digest, approve));
            }
        }
    }

    private async Task AnswerAsync(string approval, string digest, bool approve)
    {
        await universe.PauseAsync(universe.Chance.Between(TimeSpan.FromSeconds(1), universe.Chance.Permille(50) ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(2)));
        for (var tries = 0; tries < 3; tries++)
        {
            var reply = await universe.Any().CallAsync(replica => replica.Approvals.DecideAsync(person, new ApprovalAnswer(approval, approve, digest, "seen"), CancellationToken.None));
            if (!reply.Lost)
            {
                universe.Trace.Say(person.Username, $"{(approve ? "approves" : "denies")} {approval[^4..]}: {reply.Value!.Error?.Code ?? "taken"}");
                if (reply.Value.Error is null && person == Cast.Oscar) universe.Violation("I3", "somebody who is in no group of approvers was taken for one");
                if (reply.Value.Error is null && digest == "sha256:of-something-else") universe.Violation("I3", "an answer to another statement was taken");
                if (reply.Value.Error == ErrorCatalogue.ApprovalDigestMismatch) _answered.Remove(approval);
                return;
            }

            await universe.PauseAsync(TimeSpan.FromSeconds(3));
        }
    }
}
