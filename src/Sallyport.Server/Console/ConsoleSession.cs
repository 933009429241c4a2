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
internal sealed class ConsoleSession(PeopleSessions people)
{
    private const int MaxFormBytes = 16_384;

    internal sealed record Found(HumanPrincipal Person, Visitor Visitor, IFormCollection? Form = null)
    {
        /// <summary>The session itself.</summary>
        internal required LiveSession Live { get; init; }

        /// <summary>Its token.</summary>
        internal required string Token { get; init; }
    }

    /// <summary>Leads to the sign-in page, and from there back to the page that was asked for.</summary>
    internal static IResult SignIn() => new ToSignIn();

    /// <summary>The signed-in person, or null.</summary>
    internal async Task<Found?> FindAsync(HttpContext http)
    {
        if (!http.Response.HasStarted) http.Response.Headers.CacheControl = "no-store";
        if (SessionCookie.Read(http) is not { } token) return null;
        var found = IsLiveUpdate(http) ? await people.PeekAsync(token, http.RequestAborted) : await people.FindAsync(token, http.RequestAborted);
        if (found is not { } live) return null;
        var person = live.Person;
        return new Found(person, new Visitor(person.Username, person.Has(HumanPrincipal.Operator), FormToken(token))) { Live = live, Token = token };
    }

    /// <summary>The signed-in person with a form that this server gave to this session, or null.</summary>
    internal async Task<Found?> FormAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } session || await ReadFormAsync(http) is not { } form) return null;
        var genuine = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form["form_token"].ToString()), Encoding.UTF8.GetBytes(session.Visitor.FormToken));
        return genuine ? session with { Form = form } : null;
    }

    /// <summary>A form of bounded size, or null.</summary>
    internal static async Task<IFormCollection?> ReadFormAsync(HttpContext http) =>
        http.Request.HasFormContentType && http.Request.ContentLength is <= MaxFormBytes ? await http.Request.ReadFormAsync(http.RequestAborted) : null;

    /// <summary>What an open page asks for by itself: it must not keep a session alive that nobody uses.</summary>
    private static bool IsLiveUpdate(HttpContext http) =>
        http.Request.Headers.ContainsKey("Sallyport-Live") || http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal);

    private static string FormToken(string session) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("form:" + session)));

    private sealed class ToSignIn : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var request = httpContext.Request;
            var wanted = HttpMethods.IsGet(request.Method) ? LocalPath.Of(request.Path + request.QueryString) : "/";
            httpContext.Response.Redirect(wanted == "/" ? "/signin" : "/signin?return=" + Uri.EscapeDataString(wanted));
            return Task.CompletedTask;
        }
    }
}
