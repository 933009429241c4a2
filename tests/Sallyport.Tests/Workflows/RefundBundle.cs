using Sallyport.Workflows;

namespace Sallyport.Tests.Workflows;

/// <summary>The bundle of the repository, found from where the tests run.</summary>
internal static class RefundBundle
{
    internal static string Directory { get; } = Find();

    /// <summary>Its files, with text replaced in one of them.</summary>
    internal static BundleFiles With(string file, string search, string replacement)
    {
        var faults = new List<BundleFault>();
        var files = BundleFiles.Read(Directory, faults) ?? throw new InvalidOperationException(string.Join("; ", faults));
        var texts = files.Texts.ToDictionary();
        var at = texts[file].IndexOf(search, StringComparison.Ordinal);
        if (at < 0) throw new InvalidOperationException($"{file} does not hold: {search}");
        texts[file] = texts[file].Remove(at, search.Length).Insert(at, replacement);
        return new BundleFiles(texts);
    }

    /// <summary>The compiled release.</summary>
    internal static Release Compile()
    {
        var compilation = BundleCompiler.CompileFolder(Directory);
        return compilation.Release ?? throw new InvalidOperationException(string.Join("\n", compilation.Faults));
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx"))) return Path.Combine(folder.FullName, "workflows", "refund");
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
