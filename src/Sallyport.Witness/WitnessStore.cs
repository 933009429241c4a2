using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Verifier;

namespace Sallyport.Witness;

/// <summary>
/// The last checkpoint that was cosigned for each log, one file a log. Check and replacement happen in one turn, and the file is durable
/// before anybody gets an answer: otherwise an older request could roll the record back (C2SP tlog-witness, add-checkpoint).
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="write">Writes durably; tests inject a failing disk.</param>
internal sealed class WitnessStore(string folder, Action<string, byte[]>? write = null)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly Action<string, byte[]> _write = write ?? DurableFile.Write;

    /// <summary>Gives the last checkpoint of a log to <paramref name="decide"/>, which says what replaces it; null keeps it. One at a time for each log.</summary>
    /// <exception cref="IOException">The record cannot be read or made durable: no cosignature may be given.</exception>
    /// <exception cref="FormatException">The record is not one that was written here; forgetting it would allow a rollback.</exception>
    internal async Task<T> UpdateAsync<T>(string origin, Func<Checkpoint?, (string? Note, T Answer)> decide, CancellationToken cancellation)
    {
        var turn = _turns.GetOrAdd(origin, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellation);
        try
        {
            var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin))) + ".checkpoint");
            var last = File.Exists(file) ? Checkpoint.Parse(await File.ReadAllTextAsync(file, CancellationToken.None)) : null;
            if (last is not null && last.Origin != origin) throw new FormatException($"The record {file} is of another log.");
            var (note, answer) = decide(last);
            if (note is not null) _write(file, Encoding.UTF8.GetBytes(note));
            return answer;
        }
        finally
        {
            turn.Release();
        }
    }
}
