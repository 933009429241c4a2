using Sallyport.Samples.Payments.Http;

namespace Sallyport.Samples.Payments.Faults;

/// <summary>
/// Misbehaves around the endpoint. The endpoint itself never knows: what is applied before a lost answer is applied by the same code
/// as always.
/// </summary>
internal static class FaultInjection
{
    private const int RetryAfterSeconds = 1;

    public static void UseFaults(this IApplicationBuilder app, FaultSwitch faults, TimeProvider clock, CancellationToken stopping) =>
        app.Use(async (context, next) =>
        {
            var path = context.Request.Path;
            var rule = path == "/faults" || path == "/healthz" ? FaultRule.Off : faults.Take(context.Request);
            try
            {
                await MisbehaveAsync(context, rule, next, delay => faults.HoldAsync(delay, clock, stopping));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                context.Abort();
            }
        });

    private static async Task MisbehaveAsync(HttpContext context, FaultRule rule, RequestDelegate next, Func<TimeSpan, Task> hold)
    {
        switch (rule.Mode)
        {
            case FaultMode.None:
                await next(context);
                break;
            case FaultMode.Slow:
                var answer = await CaptureAsync(context, next);
                await hold(rule.Delay);
                await context.Response.Body.WriteAsync(answer, CancellationToken.None);
                break;
            case FaultMode.SlowBeforeEffect:
                await BufferRequestAsync(context);
                await hold(rule.Delay);
                await next(context);
                break;
            case FaultMode.AnswerLostAfterEffect:
                await CaptureAsync(context, next);
                context.Abort();
                break;
            case FaultMode.ErrorAfterEffect:
                await CaptureAsync(context, next);
                context.Response.Clear();
                await ProblemKind.InternalError.Because("Switched on by /faults.").WriteAsync(context);
                break;
            case FaultMode.ErrorBeforeEffect:
                var unavailable = ProblemKind.Unavailable.Because("Switched on by /faults.");
                await (unavailable with { RetryAfterSeconds = RetryAfterSeconds }).WriteAsync(context);
                break;
            case FaultMode.CloseWithoutEffect:
                await BufferRequestAsync(context);
                context.Abort();
                break;
            case FaultMode.CloseBeforeEffect:
                context.Abort();
                break;
            case FaultMode.Refuse:
                await ProblemKind.Refused.Because("Switched on by /faults.").WriteAsync(context);
                break;
        }
    }

    /// <summary>Lets the endpoint do its work and keeps its body back; status and headers wait with it.</summary>
    private static async Task<byte[]> CaptureAsync(HttpContext context, RequestDelegate next)
    {
        var wire = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        return kept.ToArray();
    }

    /// <summary>Reads the whole request now, so that it survives its caller.</summary>
    private static async Task BufferRequestAsync(HttpContext context)
    {
        var buffered = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffered, context.RequestAborted);
        buffered.Position = 0;
        context.Request.Body = buffered;
    }
}
