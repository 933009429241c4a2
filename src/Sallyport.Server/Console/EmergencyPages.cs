using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;

namespace Sallyport.Server.Console;

/// <summary>The one place to halt anything, with the receipt, and to resume.</summary>
internal static class EmergencyPages
{
    private const int LongestReason = 2_000;

    /// <summary>What a form gave, to be shown again with what is wrong.</summary>
    private sealed record Said(string? Notice = null, string Tone = "", string? Fault = null, string? Scope = null, int Status = 200);

    internal static void MapEmergencyPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/emergency", ShowAsync);
        routes.MapPost("/emergency", HaltAsync);
        routes.MapPost("/emergency/resume", ResumeAsync);
        routes.MapGet("/emergency/receipts/{id}", ReceiptAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string? halt, string? lifted, ConsoleVisit visit, IHaltStore halts, HaltViews views, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var receipt = halt is null ? null : await halts.ReceiptAsync(session.Person.Tenant, halt, http.RequestAborted);
        return await PageAsync(session, halts, views, time, await IsLiftedAsync(lifted) ? new Said("The halt is lifted. Agents that it stopped need new tokens.", "good") : new Said(), receipt, http.RequestAborted);

        // An address can be made by anybody; it confirms only what is true.
        async Task<bool> IsLiftedAsync(string? id) => id is not null && await halts.ReceiptAsync(session.Person.Tenant, id, http.RequestAborted) is not null
            && (await halts.ActiveAsync(http.RequestAborted)).All(active => active.Id != id);
    }

    private static async Task<IResult> HaltAsync(
        HttpContext http, ConsoleVisit visit, Sallyport.KillSwitch.KillSwitch kill, IHaltStore halts, HaltViews views, AgentDetails agents, TimeProvider time)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var (scope, reason, agent) = (session.Form!["scope"].ToString(), session.Form["reason"].ToString().Trim(), session.Form["agent"].ToString());
        if (!session.Visitor.IsOperator) return await PageAsync(session, halts, views, time, new Said("Stopping needs the role operator.", "bad", Status: 403), null, http.RequestAborted);
        var fault = HaltScope.Check(scope) ?? (reason.Length is 0 or > LongestReason ? "Say why, in at most 2000 characters." : null);
        if (fault is not null)
            return agent.Length > 0 ? await AgentPages.PageAsync(session, agent, agents, time, null, fault, http.RequestAborted)
                : await PageAsync(session, halts, views, time, new Said("Nothing was stopped: see the form.", "bad", fault, scope, 400), null, http.RequestAborted);
        // Not tied to the browser's connection: a stop that was asked for is carried through.
        var receipt = await kill.HaltAsync(session.Person, scope, reason, CancellationToken.None);
        return Results.Redirect(agent.Length > 0 ? $"/agents/{Uri.EscapeDataString(agent)}?said=halted" : "/emergency?halt=" + receipt.HaltId);
    }

    private static async Task<IResult> ResumeAsync(HttpContext http, ConsoleVisit visit, Sallyport.KillSwitch.KillSwitch kill, IHaltStore halts, HaltViews views, TimeProvider time)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (!session.Visitor.IsOperator) return await PageAsync(session, halts, views, time, new Said("Resuming needs the role operator.", "bad", Status: 403), null, http.RequestAborted);
        var halt = session.Form!["halt_id"].ToString();
        if (!await kill.ResumeAsync(session.Person, halt, http.RequestAborted))
            return await PageAsync(session, halts, views, time, new Said("No halt of this id is in force.", "bad", Status: 404), null, http.RequestAborted);
        var agent = session.Form["agent"].ToString();
        return Results.Redirect(agent.Length > 0 ? $"/agents/{Uri.EscapeDataString(agent)}?said=resumed" : "/emergency?lifted=" + halt);
    }

    /// <summary>The signed note as a file, for <c>sallyport-verifier halt</c>.</summary>
    private static async Task<IResult> ReceiptAsync(HttpContext http, string id, ConsoleVisit visit, IHaltStore halts)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (Receipt(await halts.ReceiptAsync(session.Person.Tenant, id, http.RequestAborted))?.Signed is not { } note) return ConsoleEndpoints.NotFound(session, "There is no completed halt of this id.");
        return Results.File(Encoding.UTF8.GetBytes(note), "text/plain; charset=utf-8", "halt-receipt.txt");
    }

    private static async Task<IResult> PageAsync(ConsoleSession.Found session, IHaltStore halts, HaltViews views, TimeProvider time, Said said, string? receipt, CancellationToken cancellation)
    {
        var active = (await halts.ActiveAsync(cancellation)).ToList();
        var newest = active.Select(halt => halt.Generation).DefaultIfEmpty(0).Max();
        return new RazorComponentResult<EmergencyPage>(new
        {
            session.Visitor, Receipt = Receipt(receipt), said.Notice, NoticeTone = said.Tone, said.Fault, said.Scope, Now = time.Now(),
            Halts = await views.OfAsync(active, session.Person.Tenant, cancellation),
            Choices = await views.ChoicesAsync(session.Person.Tenant, cancellation),
            Replicas = (IReadOnlyList<ReplicaLine>)[.. (await halts.ReplicasAsync(cancellation)).Select(replica => new ReplicaLine(replica.Id, replica.PermitUntil, replica.Generation >= newest))],
        })
        { StatusCode = said.Status };
    }

    private static HaltReceipt? Receipt(string? json) => json is null ? null : JsonSerializer.Deserialize<HaltReceipt>(json, WireJson.Options);
}
