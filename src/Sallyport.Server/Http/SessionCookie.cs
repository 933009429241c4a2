namespace Sallyport.Server.Http;

/// <summary>
/// The console's cookies. Over HTTPS they carry the prefix <c>__Host-</c>, so that no other host of the domain and no plain connection can
/// plant one; over plain HTTP, which is for loopback, browsers do not take that prefix.
/// </summary>
internal static class SessionCookie
{
    private const string Session = "sallyport_session";
    private const string Flow = "sallyport_signin";

    internal static string? Read(HttpContext http) => http.Request.Cookies[Name(http, Session)];

    /// <summary>Never sent from another site.</summary>
    internal static void Write(HttpContext http, string token, DateTimeOffset expires) => Append(http, Session, token, SameSiteMode.Strict, expires);

    internal static void Delete(HttpContext http) => Append(http, Session, "", SameSiteMode.Strict, DateTimeOffset.UnixEpoch);

    /// <summary>The secret of a sign-in under way.</summary>
    internal static string? ReadFlow(HttpContext http) => http.Request.Cookies[Name(http, Flow)];

    /// <summary>Sent when the provider leads the browser back here by a link, which a strict cookie would not be; good for nothing but that answer.</summary>
    internal static void WriteFlow(HttpContext http, string secret, DateTimeOffset expires) => Append(http, Flow, secret, SameSiteMode.Lax, expires);

    internal static void DeleteFlow(HttpContext http) => Append(http, Flow, "", SameSiteMode.Lax, DateTimeOffset.UnixEpoch);

    private static void Append(HttpContext http, string name, string value, SameSiteMode site, DateTimeOffset expires) =>
        http.Response.Cookies.Append(Name(http, name), value, new CookieOptions { HttpOnly = true, SameSite = site, Secure = IsSecure(http), Path = "/", Expires = expires });

    private static string Name(HttpContext http, string name) => IsSecure(http) ? "__Host-" + name : name;

    /// <summary>By the public address, since a proxy in front may be the one that speaks TLS.</summary>
    private static bool IsSecure(HttpContext http) =>
        http.Request.IsHttps || http.RequestServices.GetRequiredService<PublicAddress>().Url.StartsWith("https:", StringComparison.Ordinal);
}
