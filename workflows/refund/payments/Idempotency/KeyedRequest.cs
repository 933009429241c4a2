using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Samples.Payments.Http;

namespace Sallyport.Samples.Payments.Idempotency;

/// <summary>What makes a write repeatable: its key, its attempt and a fingerprint of what it asks for.</summary>
/// <param name="Key">The <c>Idempotency-Key</c> header, taken as it is.</param>
/// <param name="Attempt">The <c>Attempt</c> header, or null when it was not sent.</param>
/// <param name="Fingerprint">SHA-256 of the operation and its values; spaces and field order of the body do not count.</param>
internal sealed record KeyedRequest(string Key, long? Attempt, string Fingerprint)
{
    public const int MaxKeyLength = 255;

    /// <summary>Reads the two headers. Null with an answer in <paramref name="refusal"/> when they are missing or malformed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">Everything the request asks for, as one serializable value.</param>
    /// <param name="refusal">The answer to give instead.</param>
    public static KeyedRequest? Read(HttpContext context, object operation, out Answer? refusal)
    {
        var keys = context.Request.Headers["Idempotency-Key"];
        var attempts = context.Request.Headers["Attempt"];
        long attempt = 0;
        refusal =
            keys.Count == 0 ? ProblemKind.KeyMissing.Because("Send one Idempotency-Key header.")
            : keys is not [{ } only] || !IsKey(only) ? ProblemKind.KeyInvalid.Because("Send one key of visible ASCII characters.")
            : attempts.Count > 0 && (attempts is not [{ } text] || !IsAttempt(text, out attempt))
                ? ProblemKind.AttemptInvalid.Because("Send one Attempt header with a number of 1 or more, or none.")
            : null;
        if (refusal is not null)
            return null;

        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(operation, operation.GetType()));
        return new KeyedRequest(keys[0]!, attempts.Count > 0 ? attempt : null, Convert.ToHexString(fingerprint));
    }

    public static bool IsKey(string text) =>
        text.Length is > 0 and <= MaxKeyLength && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    private static bool IsAttempt(string text, out long attempt) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out attempt) && attempt >= 1;
}
