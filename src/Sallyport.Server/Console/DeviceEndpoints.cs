using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Identity;
using Sallyport.Server.Identity;

namespace Sallyport.Server.Console;

/// <summary>Where a signed-in person lets a program in, or does not (RFC 8628, section 3.3).</summary>
internal static class DeviceEndpoints
{
    internal static void MapDevice(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/device", AskAsync);
        routes.MapPost("/device", AnswerAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext http, ConsoleSession sessions, DeviceSignIn devices, SignInThrottle throttle)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var typed = http.Request.Query["user_code"].ToString();
        if (typed.Length == 0) return Page(session, null, null, null, 200);
        // Codes are short, so that guessing them is limited by person and by address.
        if (throttle.Wait(http, "device:" + session.Person.UserId) is not null) return Page(session, null, null, "Too many attempts; wait a minute.", 429);
        return await devices.FindAsync(typed, http.RequestAborted) is { } device ? Page(session, device, typed, null, 200) : Page(session, null, null, "No program waits with this code; it may be over.", 404);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, ConsoleSession sessions, DeviceSignIn devices, SignInThrottle throttle)
    {
        if (await sessions.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (throttle.Wait(http, "device:" + session.Person.UserId) is not null) return Page(session, null, null, "Too many attempts; wait a minute.", 429);
        var answer = session.Form!["answer"].ToString();
        if (answer is not ("approve" or "deny")) return Page(session, null, null, "Say yes or no.", 400);
        var approve = answer == "approve";
        if (!await devices.AnswerAsync(session.Live, session.Form["user_code"].ToString(), approve, http.RequestAborted)) return Page(session, null, null, "No program waits with this code; it may be over.", 404);
        return Page(session, null, null, approve ? "The program is signed in as you. You can close this page." : "Refused. The program was not signed in.", 200);
    }

    private static RazorComponentResult<DevicePage> Page(ConsoleSession.Found session, StoredDevice? device, string? code, string? notice, int status) => new(new
    {
        session.Visitor, Notice = notice, device?.Client, device?.Address, UserCode = code, AskedAt = device?.CreatedAt ?? default,
    }) { StatusCode = status };
}
