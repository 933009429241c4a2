namespace Sallyport.Samples.Payments.Http;

/// <summary>Turns what no endpoint answered (unknown address, wrong method, a failure) into a problem document.</summary>
internal static class ProblemPages
{
    public static void UseProblemPages(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await ReplaceAsync(context, ProblemKind.BodyTooLarge.Because(tooLarge.Message));
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            app.Logger.LogError(failure, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
            await ReplaceAsync(context, ProblemKind.InternalError.Because("An unexpected failure; see the log."));
        }

        var response = context.Response;
        if (response is { HasStarted: false, ContentLength: null, ContentType: null })
        {
            if (response.StatusCode == StatusCodes.Status404NotFound)
                await ProblemKind.NotFound.Because(context.Request.Path).WriteAsync(context);
            else if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
                await ProblemKind.MethodNotAllowed.Because($"{context.Request.Method} {context.Request.Path}").WriteAsync(context);
        }
    });

    private static async Task ReplaceAsync(HttpContext context, Answer answer)
    {
        // Half an answer must not look like a whole one.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await answer.WriteAsync(context);
    }
}
