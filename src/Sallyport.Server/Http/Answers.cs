using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;

namespace Sallyport.Server.Http;

/// <summary>Writes answers: JSON, or problem documents of RFC 9457.</summary>
internal static class Answers
{
    internal static Task WriteAsync(HttpContext http, int status, object body, CancellationToken cancellation = default)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = body is Problem ? "application/problem+json" : "application/json";
        http.Response.Headers.CacheControl = "no-store";
        if (body is Problem { RetryAfter: { } seconds }) http.Response.Headers.RetryAfter = seconds.ToString();
        return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), WireJson.Options), cancellation).AsTask();
    }

    internal static Task ProblemAsync(HttpContext http, ErrorCode code, string detail, string? actionId = null, TimeSpan? retryAfter = null)
    {
        if (code.Status == 401) http.Response.Headers.WWWAuthenticate = Challenge(http, code);
        var problem = new Refusal(code, detail, RetryAfter: retryAfter).ToProblem(actionId, Trace.Of(http));
        return WriteAsync(http, problem.Status, problem);
    }

    internal static Task WriteAsync(HttpContext http, ActionOutcome outcome)
    {
        if (outcome.Replayed) http.Response.Headers["Idempotency-Replayed"] = "true";
        if (outcome.Body is ActionView view) http.Response.Headers.Location = "/v1/actions/" + view.ActionId;
        return WriteAsync(http, outcome.Status, outcome.Body);
    }

    /// <summary>RFC 9728, section 5.1: tells a client where to learn how to get a token.</summary>
    private static string Challenge(HttpContext http, ErrorCode code)
    {
        var metadata = http.RequestServices.GetRequiredService<PublicAddress>().Url + "/.well-known/oauth-protected-resource";
        return $"Bearer error=\"{(code == ErrorCatalogue.Unauthenticated ? "invalid_request" : "invalid_token")}\", resource_metadata=\"{metadata}\"";
    }
}
