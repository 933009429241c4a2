using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Samples.Payments.Http;

/// <summary>Checks the bearer key (RFC 6750): one for the API, another for the switches. <c>/healthz</c> needs none.</summary>
internal static class ApiKeys
{
    private const string Scheme = "Bearer ";

    public static void UseApiKeys(this WebApplication app, string apiKey, string? adminKey)
    {
        var apiHash = Hash(apiKey);
        var adminHash = adminKey is null ? null : Hash(adminKey);
        app.Use(async (context, next) =>
        {
            var refusal = Check(context, apiHash, adminHash);
            if (refusal is null)
            {
                await next(context);
                return;
            }

            if (refusal.Status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            await refusal.WriteAsync(context);
        });
    }

    private static Answer? Check(HttpContext context, byte[] apiHash, byte[]? adminHash)
    {
        if (context.Request.Path == "/healthz")
            return null;
        var isAdminPath = context.Request.Path == "/faults";
        if (isAdminPath && adminHash is null)
            return ProblemKind.NotFound.Because(context.Request.Path);

        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return ProblemKind.Unauthorized.Because("Send Authorization: Bearer <key>.");

        // Hashing first gives both sides one length, so that the comparison takes the same time for every guess.
        var given = Hash(header[Scheme.Length..]);
        var isApi = CryptographicOperations.FixedTimeEquals(given, apiHash);
        if (!isAdminPath)
            return isApi ? null : ProblemKind.Unauthorized.Because("The key is not valid.");
        if (CryptographicOperations.FixedTimeEquals(given, adminHash))
            return null;
        return isApi
            ? ProblemKind.AdminKeyRequired.Because("The API key does not reach the switches.")
            : ProblemKind.Unauthorized.Because("The key is not valid.");
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
