using System.CommandLine;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport release publish|list</c>.</summary>
internal static class ReleaseVerbs
{
    internal static Command Create() => new("release", "Store releases on the server and look at them.") { Publish(), List() };

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

    private static Command List() => Connection.Verb("list", "List stored releases, the newest first.\n\nExample: sallyport release list", async (parsed, client, cancellation) =>
    {
        var releases = await client.ReleasesAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { releases });
        else Output.Table(["release", "workflow", "version", "active", "published", "by"], releases.Select(r => (IReadOnlyList<string>)
            [r.Release, r.Workflow, r.Version, r.Active ? "yes" : "", Output.Ago(r.PublishedAt, TimeProvider.System), r.PublishedBy]));
        return ExitCodes.Ok;
    });
}
