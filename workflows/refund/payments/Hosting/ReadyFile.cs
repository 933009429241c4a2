namespace Sallyport.Samples.Payments.Hosting;

/// <summary>A file that appears, complete, when the service accepts requests. Its content is the base URL.</summary>
internal static class ReadyFile
{
    /// <summary>Writes beside the target and renames, so that a watcher never reads half a URL.</summary>
    /// <exception cref="StartRefusedException">The file cannot be written.</exception>
    public static void Write(string path, string url)
    {
        var partial = path + ".partial";
        try
        {
            File.WriteAllText(partial, url + "\n");
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"cannot write the ready file: {unwritable.Message}", unwritable);
        }
    }
}
