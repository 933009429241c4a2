using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Console;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Server.Console;

/// <summary>What waits for people, and approving several equal things of low risk at once.</summary>
internal static class InboxPages
{
    private const int MostPending = 200;
    private const int LongestFilter = 100;

    internal static void MapInboxPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", InboxAsync);
        routes.MapPost("/approvals/bulk", BulkAsync);
    }

    private static async Task<IResult> InboxAsync(HttpContext http, string? workflow, string? tool, string? risk, string? mine, ConsoleVisit visit, IActionStore store, ActionLines lines, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        return await PageAsync(session, new InboxFilter(Given(workflow), Given(tool), Given(risk), mine == "1"), [], store, lines, time, http.RequestAborted);
    }

    /// <summary>
    /// Each pick is a decision of its own, on its own statement. The form is not believed about what is equal: picks that are not of one
    /// batch in this person's inbox, as the server sees it now, are refused together.
    /// </summary>
    private static async Task<IResult> BulkAsync(
        HttpContext http, ConsoleVisit visit, ApprovalQueue queue, ActionSignals signals, IActionStore store, ActionLines lines, TimeProvider time)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var picks = session.Form!["pick"].Select(pick => pick?.Split(' ') ?? []).Where(parts => parts.Length == 2).Take(MostPending).ToList();
        var inbox = await LinesAsync(session.Person, store, lines, http.RequestAborted);
        var chosen = picks.Select(parts => inbox.FirstOrDefault(line => line.ApprovalId == parts[0] && line.Digest == parts[1])).ToList();
        var isOneBatch = picks.Count > 0 && chosen.All(line => line?.BatchKey is not null) && chosen.Select(line => line!.BatchKey).Distinct(StringComparer.Ordinal).Count() == 1;
        if (!isOneBatch)
        {
            var none = new InboxFilter(null, null, null, false);
            return await PageAsync(session, none, [], store, lines, time, http.RequestAborted, picks.Count == 0 ? "Tick what you approve." : "These are not the same any more. Look at each of them.");
        }

        var results = new List<BatchResult>();
        foreach (var line in chosen)
        {
            var result = await queue.DecideAsync(session.Person, new ApprovalAnswer(line!.ApprovalId, true, line.Digest, null), http.RequestAborted);
            if (result.Error is null) signals.Changed(result.Action!);
            results.Add(new BatchResult(line.ApprovalId, result.Error is { } error ? $"{error.Title} {result.Detail}" : null));
        }

        var after = await visit.FindAsync(http) ?? session;
        return await PageAsync(after, new InboxFilter(null, null, null, false), results, store, lines, time, http.RequestAborted);
    }

    private static async Task<IResult> PageAsync(
        ConsoleSession.Found session, InboxFilter filter, IReadOnlyList<BatchResult> results, IActionStore store, ActionLines lines, TimeProvider time, CancellationToken cancellation,
        string? fault = null)
    {
        var all = await LinesAsync(session.Person, store, lines, cancellation);
        var shown = all.Where(line => (filter.Workflow is null || line.Action.Workflow == filter.Workflow) && (filter.Tool is null || line.Action.Tool == filter.Tool)
            && (filter.Risk is null || line.Action.Risk == filter.Risk) && (!filter.MineOnly || line.Mine)).ToList();
        return new RazorComponentResult<InboxPage>(new
        {
            session.Visitor, Lines = (IReadOnlyList<InboxLine>)shown, Filter = filter, Results = results, Now = time.Now(), Notice = fault, NoticeTone = fault is null ? "" : "bad",
            Choices = new InboxChoices(Names(all, line => line.Action.Workflow), Names(all, line => line.Action.Tool), Names(all, line => line.Action.Risk)),
        })
        { StatusCode = fault is null ? 200 : 409 };
    }

    /// <summary>The riskiest first, of equal risk what cannot be undone, and then the oldest.</summary>
    private static async Task<IReadOnlyList<InboxLine>> LinesAsync(HumanPrincipal person, IActionStore store, ActionLines lines, CancellationToken cancellation)
    {
        var all = new List<InboxLine>();
        foreach (var action in await store.PendingAsync(person.Tenant, MostPending, cancellation)) all.Add(await lines.InboxAsync(action, person, cancellation));
        return [.. all.OrderBy(line => Display.RiskRank(line.Action.Risk)).ThenBy(line => line.Action.CanBeUndone).ThenBy(line => line.Action.CreatedAt).ThenBy(line => line.Action.Id, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> Names(IEnumerable<InboxLine> lines, Func<InboxLine, string> name) => [.. lines.Select(name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? Given(string? text) => text is { Length: > 0 and <= LongestFilter } ? text : null;
}
