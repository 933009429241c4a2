namespace Sallyport.Identity;

/// <summary>Where to go after signing in: a path of this server and nothing that a browser could take for another site.</summary>
public static class LocalPath
{
    private const int MaxLength = 512;

    /// <summary>The path itself, or <c>/</c> for whatever is not plainly one of this server.</summary>
    public static string Of(string? text)
    {
        if (text is null || text.Length > MaxLength || !text.StartsWith('/')) return "/";
        // Browsers read "//host" and "/\host" as other hosts and skip tabs and line ends; escapes may be undone on the way.
        if (text.Any(c => c is <= ' ' or >= '\u007f' or '\\')) return "/";
        var path = text.Split('?', '#')[0];
        if (path.Contains("//", StringComparison.Ordinal) || path.Contains('%')) return "/";
        return path.StartsWith("/signin", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/signout", StringComparison.OrdinalIgnoreCase) ? "/" : text;
    }
}
