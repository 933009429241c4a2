namespace Sallyport.KillSwitch;

/// <summary>
/// The stop that needs nothing: no store, no audit log, no network, no sign-in. Whoever can write into the data folder creates the file, and
/// nothing leaves this server any more; that it happened is recorded as soon as the store can record again.
/// </summary>
/// <param name="folder">The server's data folder.</param>
public sealed class BreakGlass(string folder)
{
    private const int LongestNote = 4_096;

    /// <summary>The file whose presence is the stop; its text, if any, says who and why.</summary>
    public string File { get; } = Path.Combine(folder, "break-glass");

    /// <summary>The file in which the server confirms that its senders are out of the gate.</summary>
    public string Confirmation { get; } = Path.Combine(folder, "break-glass.closed");

    /// <summary>Whether the stop is in force. Asked before every send, so it takes hold without anybody noticing the file first.</summary>
    public bool IsPulled => System.IO.File.Exists(File);

    /// <summary>What was written into the file, cut to a sane length; empty when there is nothing or it cannot be read.</summary>
    public string Note()
    {
        try
        {
            using var reader = new StreamReader(File);
            var text = new char[LongestNote];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The presence of the file counts, not its text.
            return "";
        }
    }
}
