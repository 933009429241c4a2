using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sallyport.Identity;

/// <summary>Where random bytes come from: the operating system in production, a seed in simulations.</summary>
/// <param name="bytes">The buffer to fill.</param>
public delegate void RandomSource(Span<byte> bytes);

/// <summary>Makes ids: a prefix and a UUID version 7 (RFC 9562, section 5.7) in hexadecimal, so that ids sort by time.</summary>
public sealed class IdSource(TimeProvider time, RandomSource random)
{
    private readonly Lock _lock = new();
    private long _last;

    /// <summary>Random bytes of the operating system.</summary>
    public static RandomSource SystemRandom { get; } = RandomNumberGenerator.Fill;

    /// <summary>A new id such as <c>act_0197…</c>.</summary>
    public string Next(string prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        random(bytes);
        Span<byte> stamp = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(stamp, Timestamp());
        stamp[2..].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return prefix + "_" + Convert.ToHexStringLower(bytes);
    }

    /// <summary>Random bytes, for tokens and salts.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random(bytes);
        return bytes;
    }

    /// <summary>Milliseconds since the epoch that never go back, so that a clock step cannot reorder ids.</summary>
    private long Timestamp()
    {
        lock (_lock) return _last = Math.Max(_last, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
