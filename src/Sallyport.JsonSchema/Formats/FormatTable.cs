using System.Collections.Frozen;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Patterns;

namespace Sallyport.JsonSchema.Formats;

/// <summary>Whether a text has a format.</summary>
internal delegate bool FormatCheck(ReadOnlySpan<char> text);

/// <summary>The formats of validation §7.3.</summary>
internal static class FormatTable
{
    private static readonly FrozenDictionary<string, FormatCheck> Checks = new Dictionary<string, FormatCheck>(StringComparer.Ordinal)
    {
        ["date"] = TimeFormats.IsDate,
        ["time"] = TimeFormats.IsTime,
        ["date-time"] = TimeFormats.IsDateTime,
        ["duration"] = TimeFormats.IsDuration,
        ["email"] = text => EmailFormat.IsMailbox(text, international: false),
        ["idn-email"] = text => EmailFormat.IsMailbox(text, international: true),
        ["hostname"] = HostnameFormats.IsHostname,
        ["idn-hostname"] = HostnameFormats.IsInternationalHostname,
        ["ipv4"] = AddressFormats.IsIPv4,
        ["ipv6"] = AddressFormats.IsIPv6,
        ["uri"] = text => UriFormats.IsUri(text, international: false),
        ["uri-reference"] = text => UriFormats.IsReference(text, international: false),
        ["iri"] = text => UriFormats.IsUri(text, international: true),
        ["iri-reference"] = text => UriFormats.IsReference(text, international: true),
        ["uri-template"] = UriTemplateFormat.IsTemplate,
        ["uuid"] = IsUuid,
        ["json-pointer"] = JsonPointer.IsValid,
        ["relative-json-pointer"] = IsRelativePointer,
        ["regex"] = text => EcmaPattern.TryTranslate(text.ToString(), strict: true, out _, out _),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all formats.</summary>
    public static IEnumerable<string> Names => Checks.Keys.Order(StringComparer.Ordinal);

    /// <summary>The check of a format, or <c>null</c> for one that nobody defined: such a format is an annotation only (§7.2.3).</summary>
    public static FormatCheck? Find(string name) => Checks.GetValueOrDefault(name);

    /// <summary>RFC 4122 §3: 8-4-4-4-12 hexadecimal digits, of any version and variant.</summary>
    private static bool IsUuid(ReadOnlySpan<char> text)
    {
        if (text.Length != 36) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i])) return false;
        }

        return true;
    }

    /// <summary>
    /// Relative JSON Pointer §3: a number without leading zeros, then <c>#</c> or a pointer. Index manipulation came in a later draft.
    /// </summary>
    private static bool IsRelativePointer(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
        var rest = text[digits..];
        return rest is ['#'] || JsonPointer.IsValid(rest);
    }
}
