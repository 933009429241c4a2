using System.Runtime.InteropServices;

namespace Sallyport.Witness;

/// <summary>Replaces small files so that a crash leaves the old or the new content, never a mixture, and what was answered stays.</summary>
internal static partial class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY on Linux

    /// <summary>Writes beside the file, flushes to disk, renames, and flushes the folder. Only the owner may read it.</summary>
    /// <exception cref="IOException">It is not durable; the old content may still be there.</exception>
    internal static void Write(string file, byte[] content)
    {
        var next = file + ".next";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(next, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
        if (OperatingSystem.IsLinux()) SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    /// <summary>A rename is durable only once the folder is.</summary>
    private static void SyncFolder(string folder)
    {
        var handle = Open(folder, ReadOnlyDirectory);
        if (handle < 0) throw new IOException($"The folder {folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Sync(handle) != 0) throw new IOException($"The folder {folder} cannot be flushed to disk (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
