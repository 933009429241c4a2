using System.Text;
using Sallyport.Proofs.Policies;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>The questions of a proof as files that another solver reads.</summary>
internal static class SmtFiles
{
    /// <summary>Each question once, under a name that is a file name.</summary>
    internal static IReadOnlyList<(string File, SmtQuery Query)> Of(IEnumerable<ProofResult> results)
    {
        var files = new List<(string, SmtQuery)>();
        var taken = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var query in results.Select(result => result.Query).OfType<SmtQuery>().Distinct())
        {
            var name = Name(query.Name);
            var count = taken[name] = taken.GetValueOrDefault(name) + 1;
            files.Add(($"{name}{(count == 1 ? "" : $"-{count}")}.smt2", query));
        }

        return files;
    }

    /// <summary>A name without what a file system could take amiss.</summary>
    internal static string Name(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));

    internal static async Task WriteAsync(DirectoryInfo folder, IReadOnlyList<(string File, SmtQuery Query)> queries, CancellationToken cancellation)
    {
        folder.Create();
        foreach (var (file, query) in queries) await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), query.Script.Value, new UTF8Encoding(false), cancellation);
    }
}
