using Sallyport.Approvals;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.Console;

/// <summary>A session with what every page shows of it: how much waits for the person, and whether anything is halted.</summary>
internal sealed class ConsoleVisit(ConsoleSession sessions, IActionStore store, IHaltStore halts, TimeProvider time)
{
    private const int MostPending = 200;

    /// <summary>The signed-in person, or null.</summary>
    internal async Task<ConsoleSession.Found?> FindAsync(HttpContext http) => await sessions.FindAsync(http) is { } session ? await FillAsync(session, http.RequestAborted) : null;

    /// <summary>The signed-in person with a form that this server gave to this session, or null.</summary>
    internal async Task<ConsoleSession.Found?> FormAsync(HttpContext http) => await sessions.FormAsync(http) is { } session ? await FillAsync(session, http.RequestAborted) : null;

    private async Task<ConsoleSession.Found> FillAsync(ConsoleSession.Found session, CancellationToken cancellation)
    {
        var waiting = await WaitingAsync(session.Person, cancellation);
        var halted = await halts.ActiveAsync(cancellation);
        return session with { Visitor = session.Visitor with { Waiting = waiting, IsHalted = halted.Any(halt => halt.Tenant == session.Person.Tenant) } };
    }

    /// <summary>What names the person or one of their groups. Who is on call is not asked for here: that would ask other systems with every page.</summary>
    private async Task<int> WaitingAsync(HumanPrincipal person, CancellationToken cancellation)
    {
        var (count, now) = (0, time.Now());
        foreach (var action in await store.PendingAsync(person.Tenant, MostPending, cancellation))
        {
            var names = action.Requirements.Where(need => !ApprovalQuorum.IsBarred(action, need, person.UserId, person.Username)).SelectMany(need => need.Eligible(now - action.AskedAt));
            if (action.ExpiresAt > now && names.Any(who => who == "user:" + person.Username || person.Groups.Any(group => who == "group:" + group)) && !await HasAnsweredAsync(action, person, cancellation)) count++;
        }

        return count;
    }

    /// <summary>Only where more than one answer is needed can somebody have answered what still waits.</summary>
    private async Task<bool> HasAnsweredAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation) =>
        (action.Requirements.Count > 1 || action.Requirements[0].Count > 1)
        && (await store.DecisionsAsync(action.Tenant, action.Id, cancellation)).Any(answer => answer.UserId == person.UserId && answer.Round == action.Round);
}
