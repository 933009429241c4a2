namespace Sallyport.Authorization;

/// <summary>
/// Scopes of a token against what a tool needs. A scope is <c>area:verb</c>, narrowed by a resource as <c>area:verb:key=value</c>.
/// </summary>
public static class ScopeGate
{
    /// <summary>Whether the token may call the tool at all; decided before any fact is read.</summary>
    public static bool CoversTool(IEnumerable<string> granted, string required) =>
        granted.Any(scope => scope == required || scope.StartsWith(required + ":", StringComparison.Ordinal));

    /// <summary>Whether the token covers every resource of the tool, so that the answer may say whether one exists.</summary>
    public static bool Unrestricted(IEnumerable<string> granted, string required) => granted.Contains(required, StringComparer.Ordinal);

    /// <summary>Whether the token covers one resource, for example <c>region=eu</c>.</summary>
    public static bool CoversResource(IEnumerable<string> granted, string required, string resource) =>
        granted.Any(scope => scope == required || scope == $"{required}:{resource}");
}
