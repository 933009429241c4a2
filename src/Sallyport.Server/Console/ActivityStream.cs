using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Server.Http;

namespace Sallyport.Server.Console;

/// <summary>
/// Tells open pages that the log has grown (Server-Sent Events). It says nothing more than how long the log is: what a person may see is
/// decided where the page is made again. Bounded in number and in time, and over as soon as the session is.
/// </summary>
internal sealed class ActivityStream(ConsoleSession sessions, IAuditStore audit, IHostApplicationLifetime life, TimeProvider time)
{
    private const int MostOpen = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private const int LooksUntilHeartbeat = 15;
    private int _open;

    internal async Task RunAsync(HttpContext http)
    {
        if (await sessions.FindAsync(http) is null)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.Unauthenticated, "Sign in first.");
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _open) > MostOpen) await Answers.ProblemAsync(http, ErrorCatalogue.Overloaded, "Too many pages are open; this one works without live updates.", retryAfter: Longest);
            else await FollowAsync(http);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext http)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var started = time.GetTimestamp();
        var seen = await audit.SizeAsync(ending.Token);
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            await SendAsync(http, $"event: ready\ndata: {seen}\n\n", ending.Token);
            for (var looks = 1; time.GetElapsedTime(started) < Longest && await timer.WaitForNextTickAsync(ending.Token); looks++)
            {
                if (await sessions.FindAsync(http) is null)
                {
                    await SendAsync(http, "event: ended\ndata: session\n\n", ending.Token);
                    return;
                }

                var size = await audit.SizeAsync(ending.Token);
                if (size != seen) await SendAsync(http, $"event: changed\ndata: {size}\n\n", ending.Token);
                else if (looks % LooksUntilHeartbeat == 0) await SendAsync(http, ": still here\n\n", ending.Token);
                seen = size;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page was left, or the server stops; the browser connects again by itself.
        }
    }

    private static async Task SendAsync(HttpContext http, string text, CancellationToken cancellation)
    {
        await http.Response.WriteAsync(text, cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }
}
