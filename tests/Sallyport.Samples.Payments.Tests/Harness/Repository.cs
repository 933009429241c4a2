namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>Files of the working tree, found upwards from the test binaries.</summary>
internal static class Repository
{
    public static string Read(string path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Sallyport.slnx")))
            directory = directory.Parent;
        return File.ReadAllText(Path.Combine(directory!.FullName, path));
    }
}
