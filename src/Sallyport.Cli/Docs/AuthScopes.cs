using System.Text;
using Sallyport.Identity;
using Sallyport.Workflows;

namespace Sallyport.Cli.Docs;

/// <summary>The auth scopes document and the token rotation plan (requirement A2.D).</summary>
internal static class AuthScopes
{
    internal static string Write(Release release)
    {
        var text = new StringBuilder().AppendLine($"# Auth scopes: {release.Manifest.Title}").AppendLine()
            .AppendLine("Every agent is a service identity of its own. It proves itself with its private key (OAuth client_credentials, private_key_jwt, ES256) and gets an opaque token")
            .AppendLine($"that is good for {AgentTokens.Life.TotalMinutes:0} minutes, for this server only, and void the moment the agent is halted or revoked. The server stores digests, never tokens or private keys.").AppendLine()
            .AppendLine("| scope | tools | can be narrowed to |").AppendLine("|---|---|---|");
        foreach (var group in release.Tools.Values.GroupBy(tool => tool.Scope).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var narrow = group.Where(tool => tool.Resource is not null).SelectMany(tool => tool.Resource!.Programs).Select(program => $"`{group.Key}:KEY=VALUE` by `{program.Source}`").Distinct(StringComparer.Ordinal);
            text.AppendLine($"| `{group.Key}` | {string.Join(", ", group.Select(tool => $"`{tool.Name}`"))} | {string.Join(", ", narrow.DefaultIfEmpty("-"))} |");
        }

        return text.AppendLine().AppendLine("A tool outside the token's scopes is refused before any fact is read. A resource outside them is refused before policy, with the same answer as one that does not exist.").AppendLine()
            .AppendLine("## Rotation plan").AppendLine()
            .AppendLine("| what | life | rotated by | overlap |").AppendLine("|---|---|---|---|")
            .AppendLine($"| access token | {AgentTokens.Life.TotalMinutes:0} min | the client, by itself | the old one runs out |")
            .AppendLine("| agent key | rotate every 90 days, at once when in doubt | `sallyport agent rotate CREDENTIAL.json --overlap-minutes 60` | both keys are accepted during the overlap |")
            .AppendLine("| person's session | 8 h | signing in again | none |").AppendLine("| connector secret | as the vendor says | replace the file or variable it is read from | as the vendor allows |").AppendLine()
            .AppendLine("Compromised? `sallyport halt agent:ID --reason …` voids every token at once; `sallyport agent revoke ID --reason …` ends the identity.").ToString();
    }
}
