using Sallyport.Identity;

namespace Sallyport.Server.Http;

/// <summary>The W3C trace id of a request: the caller's, or a new one.</summary>
internal static class Trace
{
    private static readonly object Key = new();

    internal static string Of(HttpContext http)
    {
        if (http.Items[Key] is string known) return known;
        // traceparent: version "-" trace-id (32 hex) "-" parent-id "-" flags.
        var given = http.Request.Headers.TraceParent.ToString().Split('-') is [{ Length: 2 }, { Length: 32 } id, { Length: 16 }, ..]
            && id.All(char.IsAsciiHexDigitLower) && id.Any(c => c != '0') ? id : null;
        var trace = given ?? Convert.ToHexStringLower(http.RequestServices.GetRequiredService<IdSource>().Bytes(16));
        http.Items[Key] = trace;
        return trace;
    }
}
