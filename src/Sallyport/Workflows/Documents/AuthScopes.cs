using Sallyport.Contracts.Wire;
using Sallyport.Identity;

namespace Sallyport.Workflows.Documents;

/// <summary>The auth scopes of a release and the token rotation plan (requirement A2.D).</summary>
public static class AuthScopes
{
    /// <summary>Makes the document.</summary>
    public static AuthScopesView Of(Release release) => new(
        release.Manifest.Title, (int)AgentTokens.Life.TotalMinutes,
        [
            .. release.Tools.Values.GroupBy(tool => tool.Scope).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new ScopeRow(
                group.Key, [.. group.Select(tool => tool.Name).Order(StringComparer.Ordinal)],
                [.. group.Where(tool => tool.Resource is not null).SelectMany(tool => tool.Resource!.Programs).Select(program => program.Source).Distinct(StringComparer.Ordinal)])),
        ],
        [
            new RotationRow("access token", $"{AgentTokens.Life.TotalMinutes:0} min", "the client, by itself", null, "the old one runs out"),
            new RotationRow("agent key", "rotate every 90 days, at once when in doubt", "the owner", "sallyport agent rotate CREDENTIAL.json --overlap-minutes 60", "both keys are accepted during the overlap"),
            new RotationRow("person's session", "8 h", "signing in again", null, "none"),
            new RotationRow("connector secret", "as the vendor says", "replace the file or variable it is read from", null, "as the vendor allows"),
        ]);
}
