using Markdig;
using Sallyport.Workflows;
using Sallyport.Workflows.Documents;

namespace Sallyport.Cli.Docs;

/// <summary>Writes a workflow's documents. Every line comes from the compiled release, so a document cannot promise what is not enforced.</summary>
internal static class WorkflowDocs
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    internal static async Task<IReadOnlyList<string>> WriteAsync(
        Release release, IReadOnlyDictionary<(string Tool, string Example), ExampleAnswer> answers, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        (string Name, string Title, string Markdown)[] documents =
        [
            ("tool-spec", "Tool specification", ToolSpec.Write(release, answers)),
            ("auth-scopes", "Auth scopes and token rotation plan", AuthScopesText.Write(AuthScopes.Of(release))),
            ("permission-matrix", "Permission matrix", PermissionMatrixText.Write(PermissionMatrix.Of(release))),
        ];
        var files = new List<string>();
        foreach (var (name, title, markdown) in documents)
        {
            files.Add(await WriteAsync(folder, name + ".md", markdown, cancellation));
            files.Add(await WriteAsync(folder, name + ".html", Html(title, markdown), cancellation));
        }

        return files;
    }

    private static async Task<string> WriteAsync(string folder, string name, string text, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, text, cancellation);
        return path;
    }

    private static string Html(string title, string markdown) => $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{title}}</title>
        <style>
        :root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #8886; padding: .35rem .6rem; text-align: left; vertical-align: top; }
        pre { background: #8881; padding: .8rem; overflow: auto; } code { font-family: ui-monospace, monospace; font-size: .92em; }
        @media print { body { max-width: none; margin: 0; font-size: 10pt; } }
        </style></head><body>
        {{Markdown.ToHtml(markdown, Pipeline)}}
        </body></html>
        """;
}
