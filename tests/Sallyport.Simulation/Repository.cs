namespace Sallyport.Simulation;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
