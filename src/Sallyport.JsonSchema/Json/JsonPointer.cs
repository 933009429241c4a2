using System.Diagnostics.CodeAnalysis;

namespace Sallyport.JsonSchema.Json;

/// <summary>JSON Pointer (RFC 6901), the plain form without <c>#</c>.</summary>
internal static class JsonPointer
{
    public static string Append(string pointer, string token) => $"{pointer}/{Escape(token)}";

    public static string Append(string pointer, int index) => $"{pointer}/{index}";

    public static string Escape(string token) =>
        token.AsSpan().ContainsAny('~', '/')
            ? token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            : token;

    /// <summary>Splits a pointer into unescaped tokens; false when it does not follow RFC 6901 §3.</summary>
    public static bool TrySplit(string pointer, [NotNullWhen(true)] out string[]? tokens)
    {
        tokens = null;
        if (!IsValid(pointer)) return false;
        tokens = pointer.Length == 0 ? [] : pointer[1..].Split('/');
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Contains('~', StringComparison.Ordinal))
                tokens[i] = tokens[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return true;
    }

    public static bool IsValid(ReadOnlySpan<char> pointer)
    {
        if (pointer.IsEmpty) return true;
        if (pointer[0] != '/') return false;
        for (var i = 0; i < pointer.Length; i++)
        {
            if (pointer[i] == '~' && (i + 1 >= pointer.Length || pointer[i + 1] is not ('0' or '1'))) return false;
        }

        return true;
    }
}
