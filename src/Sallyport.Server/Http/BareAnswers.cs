using Sallyport.Contracts.Errors;

namespace Sallyport.Server.Http;

/// <summary>Gives a problem document to what routing and parameter binding answer with a bare status: every refusal says what to do.</summary>
internal sealed class BareAnswers(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        var answer = http.Response;
        if (answer.HasStarted || answer.StatusCode is < 400 or >= 500 or 499 || answer.ContentType is not null || answer.ContentLength is not null) return;
        var (code, detail) = answer.StatusCode switch
        {
            404 => (ErrorCatalogue.NotFound, "There is nothing at this address."),
            405 => (ErrorCatalogue.MethodNotAllowed, $"This address answers {answer.Headers.Allow}."),
            413 => (ErrorCatalogue.BodyTooLarge, "The body is larger than the server accepts."),
            415 => (ErrorCatalogue.UnsupportedMediaType, "Content-Type must be application/json."),
            _ => (ErrorCatalogue.InvalidRequest, "A parameter of the address has the wrong type."),
        };
        await Answers.ProblemAsync(http, code, detail);
    }
}
