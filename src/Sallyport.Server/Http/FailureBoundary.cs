using Sallyport.Contracts.Errors;
using Sallyport.Protocol;

namespace Sallyport.Server.Http;

/// <summary>The last resort: an exception becomes a problem without its text, and a log entry with it. A failing store means "not done".</summary>
internal sealed partial class FailureBoundary(RequestDelegate next, ILogger<FailureBoundary> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = 499; // The caller has gone; what was durable stays so and can be asked for.
        }
        catch (StoreUnavailableException fault)
        {
            Log.StoreUnavailable(logger, Trace.Of(http), fault);
            var code = fault.Message.Contains("queue", StringComparison.Ordinal) ? ErrorCatalogue.Overloaded : ErrorCatalogue.StorageUnavailable;
            if (!http.Response.HasStarted) await Answers.ProblemAsync(http, code, "Nothing could be recorded, so nothing was done.", retryAfter: TimeSpan.FromSeconds(1));
        }
        catch (BadHttpRequestException fault)
        {
            if (!http.Response.HasStarted) await Answers.ProblemAsync(http, fault.StatusCode == 413 ? ErrorCatalogue.BodyTooLarge : ErrorCatalogue.InvalidRequest, "The request is not valid HTTP.");
        }
        catch (Exception fault)
        {
            Log.Failed(logger, Trace.Of(http), fault);
            if (!http.Response.HasStarted) await Answers.ProblemAsync(http, ErrorCatalogue.Internal, "An unexpected failure; the log has it under the trace id.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "The request {TraceId} failed.")]
        internal static partial void Failed(ILogger logger, string traceId, Exception fault);

        [LoggerMessage(6002, LogLevel.Error, "The store is unavailable for request {TraceId}.")]
        internal static partial void StoreUnavailable(ILogger logger, string traceId, Exception fault);
    }
}
