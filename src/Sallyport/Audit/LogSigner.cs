using System.Globalization;
using System.Text;

namespace Sallyport.Audit;

/// <summary>
/// Signs checkpoints of the log: size and root as a C2SP checkpoint in a signed note (Ed25519, algorithm byte 0x01). Whoever keeps a
/// checkpoint can later prove that nothing before it was changed. While a key is being replaced, the new and the old one both sign.
/// </summary>
public sealed class LogSigner
{
    private readonly string? _file;
    private volatile IReadOnlyList<LogKey> _keys;

    /// <summary>Uses a key.</summary>
    /// <param name="origin">Name of the log.</param>
    /// <param name="seed">Ed25519 seed, 32 bytes.</param>
    public LogSigner(string origin, byte[] seed) : this(origin, [new LogKey(origin, seed, null)], null)
    {
    }

    private LogSigner(string origin, IReadOnlyList<LogKey> keys, string? file) => (Origin, _keys, _file) = (origin, keys, file);

    /// <summary>Name of the log.</summary>
    public string Origin { get; }

    /// <summary>The current verifier key of C2SP signed-note: <c>name+hash+base64</c>.</summary>
    public string VerifierKey => _keys[0].Verifier.ToString();

    /// <summary>All keys that sign now, the current one first.</summary>
    public IReadOnlyList<string> VerifierKeys => [.. _keys.Select(key => key.Verifier.ToString())];

    /// <summary>Opens the key file, or makes one that only its owner can read.</summary>
    /// <exception cref="AuditLogException">The file holds no key.</exception>
    public static LogSigner Open(string file, string origin, Func<int, byte[]> randomBytes)
    {
        if (!File.Exists(file)) DurableFile.Write(file, Encoding.ASCII.GetBytes(Convert.ToBase64String(randomBytes(Ed25519.SeedBytes)) + "\n"));
        try
        {
            var keys = File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => LogKey.Parse(origin, line)).ToList();
            if (keys.Count > 0) return new LogSigner(origin, keys, file);
        }
        catch (FormatException fault)
        {
            throw new AuditLogException($"the key file {file} cannot be read", fault);
        }

        throw new AuditLogException($"the key file {file} is empty");
    }

    /// <summary>A signed checkpoint.</summary>
    public string Sign(long size, byte[] root) => SignNote(CheckpointNote.Text(Origin, size, root));

    /// <summary>A C2SP signed note over any text that ends with a line feed.</summary>
    public string SignNote(string text) => $"{text}\n{string.Concat(_keys.Select(key => key.SignatureLine(text)))}";

    /// <summary>Whether one of the keys signed the note.</summary>
    public bool IsSignerOf(string note) => _keys.Any(key => CheckpointNote.IsSignedBy(note, key.Verifier));

    /// <summary>Whether the current key signed the note.</summary>
    internal bool HasCurrentSigned(string note) => CheckpointNote.IsSignedBy(note, _keys[0].Verifier);

    /// <summary>Puts a new key before the current one, which goes on signing until <paramref name="until"/>. The file is durable before it is used.</summary>
    internal (string Old, string New) Replace(byte[] seed, DateTimeOffset until)
    {
        var old = VerifierKey;
        Use([new LogKey(Origin, seed, null), .. _keys.Select(key => key with { Until = key.Until ?? until })]);
        return (old, VerifierKey);
    }

    /// <summary>Forgets old keys whose time is over; true when there was one.</summary>
    public bool Retire(DateTimeOffset now)
    {
        var kept = _keys.Where(key => key.Until is not { } until || until > now).ToList();
        if (kept.Count == _keys.Count) return false;
        Use(kept);
        return true;
    }

    private void Use(IReadOnlyList<LogKey> keys)
    {
        if (_file is not null) DurableFile.Write(_file, Encoding.ASCII.GetBytes(string.Concat(keys.Select(key => key.ToLine() + "\n"))));
        _keys = keys;
    }
}

/// <summary>One private key of the log: the current one has no end.</summary>
internal sealed record LogKey
{
    internal LogKey(string origin, byte[] seed, DateTimeOffset? until)
    {
        if (seed.Length != Ed25519.SeedBytes) throw new FormatException("An Ed25519 seed has 32 bytes.");
        (Seed, Until, Verifier) = (seed, until, new NoteVerifier(origin, NoteVerifier.Ed25519Note, Ed25519.PublicKey(seed)));
    }

    private byte[] Seed { get; }

    internal DateTimeOffset? Until { get; init; }

    internal NoteVerifier Verifier { get; }

    internal static LogKey Parse(string origin, string line)
    {
        var parts = line.Split(' ');
        return new LogKey(origin, Convert.FromBase64String(parts[0]), parts.Length == 1 ? null
            : DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal));
    }

    internal string ToLine() => Convert.ToBase64String(Seed) + (Until is { } until ? " " + AuditEntry.Timestamp(until) : "");

    internal string SignatureLine(string text) => $"— {Verifier.Name} {Convert.ToBase64String([.. Verifier.KeyId, .. Ed25519.Sign(Seed, Encoding.UTF8.GetBytes(text))])}\n";
}
