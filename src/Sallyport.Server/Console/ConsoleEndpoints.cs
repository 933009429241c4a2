using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console;
using Sallyport.Console.Pages;

namespace Sallyport.Server.Console;

/// <summary>The console: pages and plain forms that need no script. Each form ends in the same engine call as its REST twin.</summary>
internal static class ConsoleEndpoints
{
    internal static void MapConsole(this IEndpointRouteBuilder routes)
    {
        foreach (var asset in ConsoleAssets.All) routes.MapGet(asset.Path, (HttpContext http) => Asset(http, asset));
        routes.MapInboxPages();
        routes.MapActionPages();
        routes.MapAgentPages();
        routes.MapActivityPages();
        routes.MapDashboardPages();
        routes.MapWorkflowPages();
        routes.MapEmergencyPages();
        routes.MapAccountPages();
        routes.MapPasskeyPages();
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    internal static IResult NotFound(ConsoleSession.Found session, string what) => new RazorComponentResult<NotFoundPage>(new { session.Visitor, What = what }) { StatusCode = 404 };

    /// <summary>The address that pages use carries a digest of the text, so the file may be kept; any other address is asked for again.</summary>
    private static IResult Asset(HttpContext http, ConsoleAsset asset)
    {
        var isPinned = asset.Address.EndsWith(http.Request.QueryString.Value ?? "", StringComparison.Ordinal) && http.Request.QueryString.HasValue;
        http.Response.Headers.CacheControl = isPinned ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Text(asset.Text, asset.ContentType);
    }
}
