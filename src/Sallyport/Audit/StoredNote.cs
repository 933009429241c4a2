using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Audit;

/// <summary>Reads what a stored checkpoint says, for checks outside the publisher.</summary>
public static class StoredNote
{
    /// <summary>Whether the note is a checkpoint of this log; its signature is another question.</summary>
    public static bool TryRead(string note, string origin, out long size, [NotNullWhen(true)] out byte[]? root)
    {
        (size, root) = (0, null);
        try
        {
            var parsed = CheckpointNote.Parse(note);
            (size, root) = (parsed.Size, parsed.Root);
            return parsed.Origin == origin;
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            return false;
        }
    }
}
