using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Audit;

/// <summary>
/// Signs checkpoints of the log: size and root as a C2SP checkpoint in a signed note (Ed25519, algorithm byte 0x01). Whoever keeps a
/// checkpoint can later prove that nothing before it was changed.
/// </summary>
public sealed class LogSigner
{
    private const byte Algorithm = 0x01;
    private readonly byte[] _seed;
    private readonly byte[] _publicKey;

    /// <summary>Uses a key.</summary>
    /// <param name="origin">Name of the log.</param>
    /// <param name="seed">Ed25519 seed, 32 bytes.</param>
    public LogSigner(string origin, byte[] seed)
    {
        (Origin, _seed) = (origin, seed);
        _publicKey = Ed25519.PublicKey(seed);
    }

    /// <summary>Name of the log.</summary>
    public string Origin { get; }

    /// <summary>The verifier key of C2SP signed-note: <c>name+hash+base64</c>.</summary>
    public string VerifierKey => $"{Origin}+{Convert.ToHexStringLower(KeyHash())}+{Convert.ToBase64String([Algorithm, .. _publicKey])}";

    /// <summary>Opens the key file, or makes one that only its owner can read.</summary>
    public static LogSigner Open(string file, string origin, Func<int, byte[]> randomBytes)
    {
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file, options);
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(randomBytes(Ed25519.SeedBytes))));
            stream.Flush(flushToDisk: true);
        }

        return new LogSigner(origin, Convert.FromBase64String(File.ReadAllText(file).Trim()));
    }

    /// <summary>A signed checkpoint.</summary>
    public string Sign(long size, byte[] root)
    {
        return SignNote($"{Origin}\n{size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(root)}\n");
    }

    /// <summary>A C2SP signed note over any text that ends with a line feed.</summary>
    public string SignNote(string text)
    {
        var signature = Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text));
        return $"{text}\n— {Origin} {Convert.ToBase64String([.. KeyHash(), .. signature])}\n";
    }

    private byte[] KeyHash() => SHA256.HashData([.. Encoding.UTF8.GetBytes(Origin), (byte)'\n', Algorithm, .. _publicKey])[..4];
}
