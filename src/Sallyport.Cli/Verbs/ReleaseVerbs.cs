using System.CommandLine;
using System.Text.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport release publish|activate|proof|list</c>.</summary>
internal static class ReleaseVerbs
{
    internal static Command Create() => new("release", "Store releases on the server, activate them, and see what was proved of them.") { Publish(), Activate(), Proof(), List() };

    private static Command Publish()
    {
        var folder = new Argument<DirectoryInfo>("bundle") { Description = "The bundle's folder." };
        return Connection.Verb("publish", "Store a bundle as a release, without activating it.\n\nExample: sallyport release publish workflows/refund", async (parsed, client, cancellation) =>
        {
            var faults = new List<BundleFault>();
            if (BundleFiles.Read(parsed.GetValue(folder)!.FullName, faults) is not { } files)
            {
                foreach (var fault in faults) Output.Error(fault.ToString());
                return ExitCodes.Refused;
            }

            var release = await client.PublishReleaseAsync(new ReleaseCall(files.Texts), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(release);
            else Output.Line($"{release.Workflow} {release.Version} is stored as {release.Release}{(release.Active ? ", the active release" : "; it is not active")}.");
            return ExitCodes.Ok;
        }, folder);
    }

    private static Command Activate()
    {
        var release = new Argument<string>("release") { Description = "Hash of a published release." };
        return Connection.Verb("activate", "Ask for a release to become the active one. The server proves it first: a broken invariant refuses it, and where it may loosen something a second person must ask too.\n\nExample: sallyport release activate sha256:0123…", async (parsed, client, cancellation) =>
        {
            var activation = await client.ActivateReleaseAsync(parsed.GetValue(release)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(activation);
            else
            {
                Output.Line(activation.Outcome switch
                {
                    "activated" => $"{activation.Release} is active{(activation.Verdict is { } verdict ? $"; its policy is {verdict}" : "")}.",
                    "already_active" => $"{activation.Release} is active already.",
                    _ => $"{activation.Release} is not active yet: it may loosen something, so a second person must ask for it. So far: {string.Join(", ", activation.People)}.",
                });
                foreach (var reason in activation.Reasons) Output.Line("  " + reason);
            }

            return activation.Outcome == "second_person_needed" ? ExitCodes.Unavailable : ExitCodes.Ok;
        }, release);
    }

    private static Command Proof()
    {
        var release = new Argument<string>("release") { Description = "Hash of a release that was activated here." };
        var emit = new Option<DirectoryInfo?>("--emit-smt2") { Description = "Also write the stored questions of invariants and guarantee as SMT-LIB 2 into this folder; a solver answers unsat to each." };
        return Connection.Verb("proof", "Show what was proved of a release when it was activated.\n\nExample: sallyport release proof sha256:0123… --emit-smt2 ./proofs", async (parsed, client, cancellation) =>
        {
            var proof = await client.ReleaseProofAsync(parsed.GetValue(release)!, cancellation);
            if (parsed.GetValue(emit) is { } folder)
            {
                folder.Create();
                foreach (var claim in proof.GetProperty("claims").EnumerateArray().Where(claim => Text(claim, "query").Length > 0))
                    await File.WriteAllTextAsync(Path.Combine(folder.FullName, Policy.SmtFiles.Name($"{Text(claim, "tool")}.{Text(claim, "subject")}") + ".smt2"), Text(claim, "query"), cancellation);
            }

            if (parsed.GetValue(Connection.AsJson)) Output.Json(proof);
            else
            {
                Output.Table(["status", "check", "tool", "subject", "query"], proof.GetProperty("claims").EnumerateArray().Select(claim => (IReadOnlyList<string>)
                    [Text(claim, "status"), Text(claim, "check"), Text(claim, "tool"), Text(claim, "subject"), $"{Text(claim, "answer")} {Text(claim, "query_sha256")}"]));
                Output.Line($"policy {Text(proof, "policy_hash")}, schemas {Text(proof, "schema_hash")}, proved by {Text(proof, "solver")}.");
            }

            return ExitCodes.Ok;
        }, release, emit);
    }

    private static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";

    private static Command List() => Connection.Verb("list", "List stored releases, the newest first.\n\nExample: sallyport release list", async (parsed, client, cancellation) =>
    {
        var releases = await client.ReleasesAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { releases });
        else Output.Table(["release", "workflow", "version", "active", "published", "by"], releases.Select(r => (IReadOnlyList<string>)
            [r.Release, r.Workflow, r.Version, r.Active ? "yes" : "", Output.Ago(r.PublishedAt, TimeProvider.System), r.PublishedBy]));
        return ExitCodes.Ok;
    });
}
