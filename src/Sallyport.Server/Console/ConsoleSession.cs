using System.Security.Cryptography;
using System.Text;
using Sallyport.Console;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Console;

/// <summary>
/// The person behind a page. Forms carry a token derived from the session, so that another site cannot post one; the cookie is out of
/// reach of scripts and never sent from another site.
/// </summary>
internal sealed class ConsoleSession(PeopleAccounts people)
{
    private const int MaxFormBytes = 16_384;

    internal sealed record Found(HumanPrincipal Person, Visitor Visitor, IFormCollection? Form = null);

    internal static IResult SignIn() => Results.Redirect("/signin", preserveMethod: false);

    internal static CookieOptions CookieOptions(HttpContext http, DateTimeOffset expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", Expires = expires };

    /// <summary>The signed-in person, or null.</summary>
    internal async Task<Found?> FindAsync(HttpContext http)
    {
        if (!http.Response.HasStarted) http.Response.Headers.CacheControl = "no-store";
        if (http.Request.Cookies[Callers.Cookie] is not { } token || await people.FindSessionAsync(token, http.RequestAborted) is not { } person) return null;
        return new Found(person, new Visitor(person.Username, person.Has(HumanPrincipal.Operator), FormToken(token)));
    }

    /// <summary>The signed-in person with a form that this server gave to this session, or null.</summary>
    internal async Task<Found?> FormAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } session || !http.Request.HasFormContentType || http.Request.ContentLength is null or > MaxFormBytes) return null;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var genuine = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form["form_token"].ToString()), Encoding.UTF8.GetBytes(session.Visitor.FormToken));
        return genuine ? session with { Form = form } : null;
    }

    private static string FormToken(string session) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("form:" + session)));
}
