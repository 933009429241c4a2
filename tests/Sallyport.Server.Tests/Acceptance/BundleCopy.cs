using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>The refund bundle in a folder of its own, for tests that change it.</summary>
internal sealed class BundleCopy : IDisposable
{
    internal BundleCopy()
    {
        foreach (var name in (string[])["workflow.yaml", "policy.yaml"]) Copy(name);
        foreach (var folder in (string[])["tools", "prompts"])
            foreach (var file in Directory.GetFiles(Path.Combine(Repository.RefundBundle, folder))) Copy(Path.Combine(folder, Path.GetFileName(file)));
    }

    internal string Folder { get; } = Directory.CreateTempSubdirectory("sallyport-bundle-").FullName;

    /// <summary>Replaces a text; fails when it is not there, so that a test never passes on an unchanged bundle.</summary>
    internal BundleCopy Replace(string file, string find, string replace)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(find, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(find, replace, StringComparison.Ordinal));
        return this;
    }

    /// <summary>The policy without its tests, which would not let every change pass.</summary>
    internal BundleCopy WithoutTests()
    {
        var path = Path.Combine(Folder, "policy.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Split("# What a test starts from.")[0]);
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Copy(string name)
    {
        var target = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(Repository.RefundBundle, name), target);
    }
}
