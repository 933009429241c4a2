using System.Text;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>
/// Resolution of URI references (RFC 3986 §5). On strings, because <see cref="Uri"/> rewrites what it parses (case, escapes, file paths),
/// and identifiers of schemas are compared as they are written.
/// </summary>
internal static class SchemaUri
{
    /// <summary>Splits off the fragment; <c>null</c> when there is none.</summary>
    public static (string Base, string? Fragment) Split(string reference)
    {
        var mark = reference.IndexOf('#', StringComparison.Ordinal);
        return mark < 0 ? (reference, null) : (reference[..mark], reference[(mark + 1)..]);
    }

    /// <summary>Resolves a reference against a base without a fragment; the result keeps the reference's fragment.</summary>
    public static string Resolve(string baseUri, string reference)
    {
        var target = Parts.Of(reference);
        var origin = Parts.Of(baseUri);
        if (target.Scheme is not null) return (target with { Path = RemoveDots(target.Path) }).ToString();
        // A base without a hierarchy (urn:…) can only lend itself to a fragment; anything else stands alone.
        if (target.Authority is not null) return (target with { Scheme = origin.Scheme, Path = RemoveDots(target.Path) }).ToString();
        if (target.Path.Length == 0)
            return (origin with { Query = target.Query ?? origin.Query, Fragment = target.Fragment }).ToString();
        var path = target.Path[0] == '/' ? target.Path : Merge(origin, target.Path);
        return (origin with { Path = RemoveDots(path), Query = target.Query, Fragment = target.Fragment }).ToString();
    }

    private static string Merge(Parts origin, string path)
    {
        if (origin.Authority is not null && origin.Path.Length == 0) return "/" + path;
        return origin.Path[..(origin.Path.LastIndexOf('/') + 1)] + path;
    }

    /// <summary>RFC 3986 §5.2.4. A relative path stays relative.</summary>
    private static string RemoveDots(string path)
    {
        if (!path.Contains("./", StringComparison.Ordinal) && !path.EndsWith('.')) return path;
        var rooted = path.StartsWith('/');
        var kept = new List<string>();
        var segments = (rooted ? path[1..] : path).Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }

            if (segments[i] == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            // A trailing dot segment names the directory itself.
            if (last) kept.Add("");
        }

        return (rooted ? "/" : "") + string.Join('/', kept);
    }

    /// <summary>The five components of RFC 3986 appendix B.</summary>
    private readonly record struct Parts(string? Scheme, string? Authority, string Path, string? Query, string? Fragment)
    {
        public static Parts Of(string text)
        {
            var (rest, fragment) = Split(text);
            string? query = null;
            var mark = rest.IndexOf('?', StringComparison.Ordinal);
            if (mark >= 0) (rest, query) = (rest[..mark], rest[(mark + 1)..]);
            string? scheme = null;
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && rest.AsSpan(0, colon).IndexOf('/') < 0) (scheme, rest) = (rest[..colon], rest[(colon + 1)..]);
            if (!rest.StartsWith("//", StringComparison.Ordinal)) return new Parts(scheme, null, rest, query, fragment);
            var slash = rest.IndexOf('/', 2);
            return slash < 0
                ? new Parts(scheme, rest[2..], "", query, fragment)
                : new Parts(scheme, rest[2..slash], rest[slash..], query, fragment);
        }

        public override string ToString()
        {
            var text = new StringBuilder();
            if (Scheme is not null) text.Append(Scheme).Append(':');
            if (Authority is not null) text.Append("//").Append(Authority);
            text.Append(Path);
            if (Query is not null) text.Append('?').Append(Query);
            if (Fragment is not null) text.Append('#').Append(Fragment);
            return text.ToString();
        }
    }
}
