using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Client;
using Sallyport.Contracts.Identity;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport agent create|list|rotate|revoke</c>. Key pairs are made here; only the public half is sent.</summary>
internal static class AgentVerbs
{
    internal static Command Create() => new("agent", "Manage agents, the service identities that propose.") { New(), List(), Rotate(), Revoke() };

    private static Command New()
    {
        var name = new Argument<string>("name") { Description = "A name for people." };
        var owner = new Option<string>("--owner") { Description = "User name of the person who answers for it.", Required = true };
        var workflow = new Option<string>("--workflow") { Description = "The workflow it works for.", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = "A scope such as refund:issue or refund:issue:region=eu; may be repeated.", Required = true };
        var output = new Option<FileInfo>("--out") { Description = "File for the credential, readable only by you.", Required = true };
        return Connection.Verb("create", "Create an agent with a new key pair.\n\nExample: sallyport agent create refund-bot --owner olivia --workflow refund --scope order:read --scope refund:issue:region=eu --out refund-bot.json",
            async (parsed, client, cancellation) =>
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var jwk = PublicKeys.ToJwk(key);
                var agent = await client.CreateAgentAsync(
                    new AgentCall(parsed.GetValue(name)!, parsed.GetValue(owner)!, parsed.GetValue(workflow)!, parsed.GetValue(scopes)!, CanonicalJson.Parse(jwk)), cancellation);
                Write(parsed.GetValue(output)!, new AgentCredential(parsed.GetValue(Connection.Server)!, agent.AgentId, PublicKeys.Thumbprint(jwk), key.ExportPkcs8PrivateKeyPem()));
                if (parsed.GetValue(Connection.AsJson)) Output.Json(agent);
                else Output.Line($"Created {agent.AgentId}. Its credential is in {parsed.GetValue(output)!.FullName}; the private key exists nowhere else.");
                return ExitCodes.Ok;
            }, name, owner, workflow, scopes, output);
    }

    private static Command Rotate()
    {
        var credential = new Argument<FileInfo>("credential") { Description = "The agent's credential file; replaced by the new one." };
        var overlap = new Option<int>("--overlap-minutes") { Description = "How long the old key stays valid.", DefaultValueFactory = _ => 60 };
        return Connection.Verb("rotate", "Give an agent a new key; the old one stays valid for the overlap, so that no call fails.\n\nExample: sallyport agent rotate refund-bot.json --overlap-minutes 60",
            async (parsed, client, cancellation) =>
            {
                var file = parsed.GetValue(credential)!;
                var old = JsonSerializer.Deserialize<AgentCredential>(await File.ReadAllTextAsync(file.FullName, cancellation), WireJson.Options)!;
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var jwk = PublicKeys.ToJwk(key);
                // The new key is on disk before the server hears of it: a crash in between loses nothing.
                var next = new FileInfo(file.FullName + ".next");
                Write(next, old with { Kid = PublicKeys.Thumbprint(jwk), PrivateKey = key.ExportPkcs8PrivateKeyPem() });
                var agent = await client.RotateAgentAsync(old.AgentId, new KeyCall(CanonicalJson.Parse(jwk), parsed.GetValue(overlap) * 60), cancellation);
                next.MoveTo(file.FullName, overwrite: true);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(agent);
                else Output.Line($"{agent.AgentId} has a new key. The old one ends in {parsed.GetValue(overlap)} minutes.");
                return ExitCodes.Ok;
            }, credential, overlap);
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("agent") { Description = "The agent's id." };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit record.", Required = true };
        return Connection.Verb("revoke", "Revoke an agent for good, at once.\n\nExample: sallyport agent revoke agt_0197… --reason \"replaced by v2\"", async (parsed, client, cancellation) =>
        {
            var agent = await client.RevokeAgentAsync(parsed.GetValue(id)!, parsed.GetValue(reason)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(agent);
            else Output.Line($"{agent.AgentId} is revoked; its tokens are void.");
            return ExitCodes.Ok;
        }, id, reason);
    }

    private static Command List() => Connection.Verb("list", "List agents with their scopes and the age of their keys.\n\nExample: sallyport agent list", async (parsed, client, cancellation) =>
    {
        var agents = await client.AgentsAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { agents });
        else Output.Table(["agent", "name", "owner", "status", "scopes", "newest key"], agents.Select(a => (IReadOnlyList<string>)
            [a.AgentId, a.Name, a.Owner, a.Status, string.Join(' ', a.Scopes), Output.Ago(a.Keys.Max(k => k.CreatedAt), TimeProvider.System)]));
        return ExitCodes.Ok;
    });

    private static void Write(FileInfo file, AgentCredential credential)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file.FullName, options);
        JsonSerializer.Serialize(stream, credential, WireJson.Options);
        stream.Flush(flushToDisk: true);
    }
}
