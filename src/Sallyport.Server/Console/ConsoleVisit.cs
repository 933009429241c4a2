using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.Console;

/// <summary>A session with what every page shows of it: how much waits for the person, and whether anything is halted.</summary>
internal sealed class ConsoleVisit(ConsoleSession sessions, DecisionRights rights, IActionStore store, IHaltStore halts)
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

    private async Task<int> WaitingAsync(HumanPrincipal person, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var action in await store.PendingAsync(person.Tenant, MostPending, cancellation))
            if ((await rights.OfAsync(action, person, cancellation)).MayDecide) count++;
        return count;
    }
}
