using Dapper;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Idempotency;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Fences;

/// <summary>
/// Fences: after <c>PUT /fences/{key}</c> has answered, no write under that key with a lower <c>Attempt</c> takes effect any more, not
/// even one that is already inside the service.
/// </summary>
internal static class FenceEndpoints
{
    private const string Pattern = "/fences/{**key}";

    public static void MapFences(this IEndpointRouteBuilder routes, LedgerDatabase database, LedgerWriter writer, TimeProvider clock)
    {
        routes.MapAnswer(HttpMethods.Put, Pattern, async context =>
        {
            var fields = await RequestFields.ReadAsync(context, "minimum_attempt");
            var minimum = fields.Integer("minimum_attempt", 1, long.MaxValue);
            if (fields.Refusal is { } refusal)
                return refusal;
            if (KeyOf(context) is not { } key)
                return ProblemKind.KeyInvalid.Because("The address must end with an idempotency key.");
            return Answer.Ok((await writer.WriteAsync(scope => FenceRow.Raise(scope, key, minimum, clock.GetUtcNow()))).View());
        });
        routes.MapAnswer(HttpMethods.Get, Pattern, context =>
        {
            if (KeyOf(context) is not { } key)
                return Task.FromResult(ProblemKind.KeyInvalid.Because("The address must end with an idempotency key."));
            using var reader = database.OpenReader();
            var row = reader.QuerySingleOrDefault<FenceRow>(FenceRow.Select, new { key });
            return Task.FromResult(row is null ? ProblemKind.FenceNotFound.Because("No fence was set.") : Answer.Ok(row.View()));
        });
    }

    /// <summary>Routing leaves %2F as it is, because it could have been a separator; a key may hold a slash.</summary>
    private static string? KeyOf(HttpContext context) =>
        context.Request.RouteValues["key"] is string raw && raw.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) is var key
        && KeyedRequest.IsKey(key)
            ? key
            : null;
}
