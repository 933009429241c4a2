using System.Text;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Docs;

/// <summary>The auth scopes document and the token rotation plan as Markdown.</summary>
internal static class AuthScopesText
{
    internal static string Write(AuthScopesView view)
    {
        var text = new StringBuilder().AppendLine($"# Auth scopes: {view.Title}").AppendLine()
            .AppendLine("Every agent is a service identity of its own. It proves itself with its private key (OAuth client_credentials, private_key_jwt, ES256) and gets an opaque token")
            .AppendLine($"that is good for {view.TokenMinutes} minutes, for this server only, and void the moment the agent is halted or revoked. The server stores digests, never tokens or private keys.").AppendLine()
            .AppendLine("| scope | tools | can be narrowed to |").AppendLine("|---|---|---|");
        foreach (var row in view.Scopes)
        {
            var narrow = row.NarrowedBy.Select(source => $"`{row.Scope}:KEY=VALUE` by `{source}`");
            text.AppendLine($"| `{row.Scope}` | {string.Join(", ", row.Tools.Select(tool => $"`{tool}`"))} | {string.Join(", ", narrow.DefaultIfEmpty("-"))} |");
        }

        text.AppendLine().AppendLine("A tool outside the token's scopes is refused before any fact is read. A resource outside them is refused before policy, with the same answer as one that does not exist.").AppendLine()
            .AppendLine("## Rotation plan").AppendLine()
            .AppendLine("| what | life | rotated by | overlap |").AppendLine("|---|---|---|---|");
        foreach (var row in view.Rotation) text.AppendLine($"| {row.What} | {row.Life} | {(row.Command is { } command ? $"`{command}`" : row.RotatedBy)} | {row.Overlap} |");
        return text.AppendLine()
            .AppendLine("Compromised? `sallyport halt agent:ID --reason …` voids every token at once; `sallyport agent revoke ID --reason …` ends the identity.").ToString();
    }
}
