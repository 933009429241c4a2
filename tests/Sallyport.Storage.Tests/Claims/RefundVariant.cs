using System.Text.RegularExpressions;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>The shipped refund bundle with one file changed.</summary>
internal static class RefundVariant
{
    /// <summary>Replaces what a pattern matches in a file; the bundle must still have no fault.</summary>
    internal static Release Compile(string file, string pattern, string replacement)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Sallyport.slnx"))) root = root.Parent!;
        var texts = BundleFiles.Read(Path.Combine(root.FullName, "workflows", "refund"), [])!.Texts.ToDictionary();
        Assert.Matches(pattern, texts[file]);
        var changed = Regex.Replace(texts[file], pattern, replacement, RegexOptions.None, TimeSpan.FromSeconds(1));
        texts[file] = changed;
        var compilation = BundleCompiler.Compile(new BundleFiles(texts));
        return compilation.Release ?? throw new InvalidOperationException(string.Join(Environment.NewLine, compilation.Faults));
    }
}
