using System.CommandLine;
using Sallyport.Cli.Docs;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport docs</c>: the documents of a workflow, from what is enforced.</summary>
internal static class DocsVerb
{
    internal static Command Create()
    {
        var bundle = new Argument<DirectoryInfo>("bundle") { Description = "The workflow's bundle." };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder to write.", DefaultValueFactory = _ => new DirectoryInfo("docs-out") };
        var without = new Option<bool>("--no-examples") { Description = "Do not execute the contracts' examples; the tool spec then has no answers." };
        var command = new Command("docs", "Write tool spec, auth scopes, rotation plan and permission matrix, as Markdown and HTML, from the bundle that the server enforces.\n\nExample: sallyport docs workflows/refund --out ./refund-docs") { bundle, output, without, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var compilation = BundleCompiler.CompileFolder(parsed.GetValue(bundle)!.FullName);
            if (compilation.Release is not { } release)
            {
                foreach (var fault in compilation.Faults) Output.Error(fault.ToString());
                return ExitCodes.Refused;
            }

            var answers = parsed.GetValue(without) ? new Dictionary<(string, string), ExampleAnswer>() : await ExampleRun.RunAsync(release, parsed.GetValue(bundle)!.FullName, cancellation);
            var files = await WorkflowDocs.WriteAsync(release, answers, parsed.GetValue(output)!.FullName, cancellation);
            var wrong = answers.Where(answer => !answer.Value.AsExpected).Select(answer => $"{answer.Key.Item1}: \"{answer.Key.Item2}\" answered {answer.Value.Body.GetRawText()}").ToList();
            foreach (var example in wrong) Output.Error("An example does not answer what its contract says. " + example);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { release = release.Hash, files, examples = answers.Count, wrong });
            else foreach (var file in files) Output.Line(file);
            return wrong.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        }));
        return command;
    }
}
