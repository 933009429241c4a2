using System.CommandLine;
using System.Text.RegularExpressions;
using Sallyport.Cli;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Documents;

/// <summary>What the documents say can be done can be done: commands parse, files exist, links lead somewhere.</summary>
public sealed class DocumentTests
{
    private static readonly string[] Documents =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        Path.Combine(Repository.Root, "workflows", "refund", "README.md"),
    ];

    [Fact]
    public void Commands_InTheDocuments_AreOnesThatTheProgramTakes()
    {
        var checkedCommands = 0;
        foreach (var (document, command) in Commands())
        {
            // Placeholders stand for values; everything else must parse exactly as written.
            var line = command.Split('#')[0].Trim();
            var parsed = RootVerb.Create().Parse(Words(line).Skip(1).ToArray());
            Assert.True(parsed.Errors.Count == 0, $"{document}: \"{line}\" does not parse: {string.Join(" ", parsed.Errors.Select(error => error.Message))}");
            checkedCommands++;
        }

        Assert.True(checkedCommands >= 8, $"Only {checkedCommands} commands were found in the documents.");
    }

    [Fact]
    public void Links_InTheDocuments_LeadToFilesThatExist()
    {
        foreach (var document in Documents)
        {
            foreach (Match link in Regex.Matches(File.ReadAllText(document), @"\]\((?!https?:|#)([^)#]+)", RegexOptions.None, TimeSpan.FromSeconds(5)))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.True(File.Exists(target) || Directory.Exists(target), $"{document} links to {link.Groups[1].Value}, which does not exist.");
            }
        }
    }

    [Fact]
    public void ReadingPath_InTheArchitecture_NamesFilesThatExistAndStayShort()
    {
        var section = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md")).Split("## Where to look")[1];
        var files = Regex.Matches(section, "`((?:src/[^`]+|[A-Z][A-Za-z]+)\\.cs)`", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value).ToList();
        Assert.True(files.Count >= 9);
        var folder = "";
        foreach (var file in files)
        {
            if (file.Contains('/')) folder = Path.GetDirectoryName(file)!;
            var path = Path.Combine(Repository.Root, file.Contains('/') ? file : Path.Combine(folder, file));
            Assert.True(File.Exists(path), $"ARCHITECTURE.md names {file}, which does not exist.");
            Assert.InRange(File.ReadAllLines(path).Length, 1, 260);
        }
    }

    [Fact]
    public void Help_OfEveryVerb_HasAnExample()
    {
        foreach (var verb in Verbs(RootVerb.Create()).Where(verb => verb.Subcommands.Count == 0))
            Assert.Contains($"Example: sallyport", verb.Description);
    }

    private static IEnumerable<Command> Verbs(Command command) => command.Subcommands.Concat(command.Subcommands.SelectMany(Verbs));

    private static IEnumerable<(string Document, string Command)> Commands()
    {
        foreach (var document in Documents)
        {
            var text = File.ReadAllText(document);
            var block = text.Split('\n').Where(line => line.StartsWith("./sallyport ", StringComparison.Ordinal));
            var inline = Regex.Matches(text, "`(\\./sallyport [^`]+)`", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value);
            foreach (var command in block.Concat(inline).Where(command => !command.Contains("--help"))) yield return (document, command);
        }
    }

    private static IEnumerable<string> Words(string line) =>
        Regex.Matches(line, "\"([^\"]*)\"|(\\S+)", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value);
}
