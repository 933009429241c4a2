namespace Sallyport.Samples.Payments.Hosting;

/// <summary>A file that appears, complete, when the service accepts requests. Its content is the base URL.</summary>
internal static class ReadyFile
{
    /// <summary>Writes beside the target and renames, so that a watcher never reads half a URL.</summary>
    public static void Write(string path, string url)
    {
        var partial = path + ".partial";
        File.WriteAllText(partial, url + "\n");
        File.Move(partial, path, overwrite: true);
    }
}
