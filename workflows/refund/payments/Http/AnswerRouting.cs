namespace Sallyport.Samples.Payments.Http;

/// <summary>Maps a route to a function from request to <see cref="Answer"/>.</summary>
internal static class AnswerRouting
{
    public static void MapAnswer(
        this IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<Answer>> handler) =>
        routes.MapMethods(pattern, [method], (RequestDelegate)(async context => await (await handler(context)).WriteAsync(context)));

    /// <summary>A route value that the pattern guarantees to be there.</summary>
    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A query parameter given exactly once and not empty, else null.</summary>
    public static string? Query(this HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values is [{ Length: > 0 } only] ? only : null;
}
