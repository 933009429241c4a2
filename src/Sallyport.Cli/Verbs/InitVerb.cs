using System.CommandLine;
using System.Reflection;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport init</c>: a new bundle from a template.</summary>
internal static class InitVerb
{
    private const string Prefix = "templates/";

    internal static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Folder to create." };
        var template = new Option<string>("--template") { Description = "Template: " + string.Join(", ", Templates()), DefaultValueFactory = _ => "refund" };
        template.AcceptOnlyFromAmong([.. Templates()]);
        var command = new Command("init", "Write a new bundle from a template.\n\nExample: sallyport init ./my-refunds --template refund") { folder, template, Connection.AsJson };
        command.SetAction(async (parsed, cancellation) =>
        {
            var target = parsed.GetValue(folder)!;
            if (target.Exists && target.EnumerateFileSystemInfos().Any())
            {
                Output.Error($"{target.FullName} exists and is not empty; nothing was written.");
                return ExitCodes.Refused;
            }

            var written = new List<string>();
            foreach (var (resource, path) in Files(parsed.GetValue(template)!))
            {
                var file = Path.Combine(target.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
                await using var sink = File.Create(file);
                await source.CopyToAsync(sink, cancellation);
                written.Add(path);
            }

            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { folder = target.FullName, files = written });
            else Output.Line($"Wrote {written.Count} files to {target.FullName}. Next: sallyport check {parsed.GetValue(folder)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Templates() => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..].Split('/')[0]).Distinct(StringComparer.Ordinal);

    private static IEnumerable<(string Resource, string Path)> Files(string template) => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith($"{Prefix}{template}/", StringComparison.Ordinal)).Select(name => (name, name[$"{Prefix}{template}/".Length..]));
}
