using Sallyport.Contracts.Errors;
using Sallyport.Server.Http;
using Sallyport.Actions;
using Sallyport.Workflows;

namespace Sallyport.Server.Releases;

/// <summary>Makes a release of files that a person sent, or answers with every fault.</summary>
internal static class BundleUpload
{
    /// <summary>Most bytes of a request that carries a bundle.</summary>
    internal const int MaxBytes = 8 << 20;

    private const int MostFaults = 100;

    internal static async Task<Release?> CompileAsync(HttpContext http, IReadOnlyDictionary<string, string> files)
    {
        // The serializer's nullability check does not reach into dictionaries.
        if (files.FirstOrDefault(file => file.Value is null).Key is { } empty)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"The file \"{empty}\" has no text.");
            return null;
        }

        var faults = new List<BundleFault>();
        var compilation = BundleFiles.Take(files, faults) is { } taken ? BundleCompiler.Compile(taken) : new BundleCompilation(null, faults);
        if (compilation.Release is { } release) return release;
        var problem = new Refusal(ErrorCatalogue.InvalidBundle, $"The bundle has {compilation.Faults.Count} fault{(compilation.Faults.Count == 1 ? "" : "s")}.",
            [.. compilation.Faults.Take(MostFaults).Select(Error)]).ToProblem(null, Trace.Of(http));
        await Answers.WriteAsync(http, problem.Status, problem);
        return null;
    }

    /// <summary>A stored release that compiles, or an answer that says why there is none.</summary>
    internal static async Task<Release?> FindAsync(HttpContext http, ReleaseRegistry releases, string hash)
    {
        try
        {
            if (await releases.FindAsync(hash, http.RequestAborted) is { } release) return release;
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "No release of this hash is stored; publish it first.");
        }
        catch (InvalidOperationException fault)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidBundle, fault.Message);
        }

        return null;
    }

    private static ProblemError Error(BundleFault fault) =>
        new($"{fault.File}:{fault.Line}:{fault.Column}", fault.Message + (fault.Suggestion is null ? "" : $" Did you mean \"{fault.Suggestion}\"?"));
}
