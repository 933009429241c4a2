using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sallyport.Contracts.Errors;
using Sallyport.Server.Http;

namespace Sallyport.Server.Integrations;

/// <summary>
/// What every address for another system does first: refuse a machine's token (and record it), read a bounded body, have the signature checked
/// over its raw bytes and refuse what was seen before. Nothing is parsed until then.
/// </summary>
internal sealed class SignedRequests(Callers callers, TimeProvider time)
{
    private const int MaxBodyBytes = 256 << 10;

    /// <summary>Longer than any signed timestamp is accepted, and than a vendor repeats a delivery.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<string, ReplayCache> _seen = new(StringComparer.Ordinal);

    /// <summary>The body, or null after the refusal was answered.</summary>
    /// <param name="http">The request.</param>
    /// <param name="system">The system; each has a memory of its own, so that a busy one cannot fill another's.</param>
    /// <param name="isSigned">Whether the bytes carry its signature.</param>
    /// <param name="repetition">What identifies a repetition; null for the body itself. Asked only of signed bytes.</param>
    /// <param name="repeats">Whether the system sends again what it is not sure of: then a repetition is answered like the first, and not handled.</param>
    internal async Task<byte[]?> ReadAsync(HttpContext http, string system, Func<byte[], Task<bool>> isSigned, Func<byte[], string?>? repetition = null, bool repeats = false)
    {
        if (Callers.Bearer(http) is not null)
        {
            // No vendor sends one: this is an agent (recorded as an alarm) or a person at the wrong door.
            if (await callers.PersonAsync(http) is not null) await Answers.ProblemAsync(http, ErrorCatalogue.IntegrationSignatureRefused, "This address is for another system; use the approvals API.");
            return null;
        }

        if (await RequestReader.ReadBytesAsync(http, MaxBodyBytes) is not { } body)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.BodyTooLarge, $"At most {MaxBodyBytes} bytes.");
            return null;
        }

        bool signed;
        try
        {
            signed = await isSigned(body);
        }
        catch (InvalidOperationException)
        {
            // Without the secret nothing can be verified, and so nothing is believed.
            signed = false;
        }

        var seen = signed ? _seen.GetOrAdd(system, _ => new ReplayCache(Kept, time)).See(repetition?.Invoke(body) ?? Convert.ToHexStringLower(SHA256.HashData(body))) : Repetition.Unknown;
        // A hint that may have come before does no harm; an answer that may have come before is not taken.
        if (signed && (seen == Repetition.First || (seen == Repetition.Unknown && repeats))) return body;
        if (signed && repeats) http.Response.StatusCode = 202;
        else await Answers.ProblemAsync(http, ErrorCatalogue.IntegrationSignatureRefused, "The signature is missing, wrong or too old, or the request was seen before.");
        return null;
    }
}
