using Microsoft.AspNetCore.WebUtilities;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity;

/// <summary>Requests and errors as OAuth spells them (RFC 6749, sections 3.2 and 5.2).</summary>
internal static class OAuthForms
{
    private const int MaxBytes = 16_384;

    /// <summary>The form; otherwise answers and returns null.</summary>
    internal static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        var form = await ParseAsync(http);
        if (form is null) await ErrorAsync(http, "invalid_request", "Send application/x-www-form-urlencoded of at most 16 KiB.");
        else if (form.Any(field => field.Value.Count > 1)) await ErrorAsync(http, "invalid_request", "A parameter stands twice.");
        else if (form.ContainsKey("client_secret")) await ErrorAsync(http, "invalid_client", "Secrets are not accepted; use private_key_jwt.");
        else return form;
        return null;
    }

    internal static Task ErrorAsync(HttpContext http, string error, string description, int? status = null) =>
        Answers.WriteAsync(http, status ?? (error == "invalid_client" ? 401 : 400), new { error, error_description = description });

    private static async Task<IFormCollection?> ParseAsync(HttpContext http)
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(type, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) return null;
        if (await RequestReader.ReadBytesAsync(http, MaxBytes) is not { } bytes) return null;
        try
        {
            return new FormCollection(await new FormReader(new MemoryStream(bytes)).ReadFormAsync(http.RequestAborted));
        }
        catch (InvalidDataException)
        {
            return null; // More fields, or longer ones, than any client needs.
        }
    }
}
