using System.Text;

namespace Sallyport.Audit;

/// <summary>What the head file says: the last checkpoint that was released, and of which store.</summary>
/// <param name="Store">Id of the store.</param>
/// <param name="Note">The signed checkpoint.</param>
public sealed record LogHead(string Store, string Note);

/// <summary>
/// A small file outside the database that remembers the last checkpoint. An older copy of the database beside it is recognised at start; put
/// it on another disk and it also survives a restore of the whole data folder.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="write">Writes durably; tests inject a failing disk.</param>
public sealed class HeadFile(string path, Action<string, byte[]>? write = null)
{
    private const string FirstLine = "sallyport audit head v1";

    /// <summary>The file.</summary>
    public string FilePath => path;

    /// <summary>The head; null when there is no file.</summary>
    /// <exception cref="AuditLogException">The file cannot be read as a head.</exception>
    public LogHead? Read()
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (File.ReadAllText(path).Split('\n', 4) is [FirstLine, var store, "", { Length: > 0 } note] && store.StartsWith("store ", StringComparison.Ordinal)) return new LogHead(store["store ".Length..], note);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AuditLogException($"the head file {path} cannot be read", fault);
        }

        throw new AuditLogException($"the head file {path} is not one that this program wrote");
    }

    /// <summary>Replaces the head; durable when it returns.</summary>
    public void Write(LogHead head) => (write ?? DurableFile.Write)(path, Encoding.UTF8.GetBytes($"{FirstLine}\nstore {head.Store}\n\n{head.Note}"));
}
