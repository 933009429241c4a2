using Microsoft.AspNetCore.Http.Features;
using Sallyport.Contracts.Errors;

namespace Sallyport.Server.Http;

/// <summary>
/// Refuses requests for other hosts and from other sites, so that a page in somebody's browser cannot reach a server on their machine
/// (DNS rebinding), and sets the headers that every answer carries.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, PublicAddress address)
{
    public Task InvokeAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer": browsers then send "Origin: null" with our own forms, which the check below must refuse.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        // A body that is too large is never read, so the connection cannot serve another request; saying so spares the client a failed one.
        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize) headers.Connection = "close";
        if (!address.Hosts.Contains(http.Request.Host.Value ?? "")) return Answers.ProblemAsync(http, ErrorCatalogue.HostRefused, "The Host header names another server.");
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && address.Hosts.Contains(uri.Authority)))
            return Answers.ProblemAsync(http, ErrorCatalogue.HostRefused, "The Origin header names another site.");
        return next(http);
    }
}
