using System.Security.Cryptography;
using System.Text;
using Sallyport.Identity;

namespace Sallyport.Limits;

/// <summary>
/// Attempts per minute of callers whom anybody can invent, such as addresses and user names, in a fixed amount of memory: keys share 65,536
/// counters by a keyed digest, so that inventing keys neither fills the memory nor pushes another key's count out. Two keys of one
/// counter are limited together, which is only ever stricter.
/// </summary>
public sealed class AttemptLimit
{
    private const int Counters = 65_536;
    private readonly TimeProvider _time;
    private readonly byte[] _secret;
    private readonly Lock _lock = new();

    /// <summary>For each counter, when an even stream of all that was admitted would be through: the generic cell rate algorithm.</summary>
    private readonly long[] _through = new long[Counters];

    private readonly long _step;
    private readonly long _minute;

    /// <summary>Begins with nothing counted.</summary>
    public AttemptLimit(TimeProvider time, IdSource ids, int perMinute)
    {
        (_time, _secret) = (time, ids.Bytes(32));
        _minute = time.TimestampFrequency * 60;
        _step = Math.Max(1, _minute / perMinute);
    }

    /// <summary>Counts an attempt, or says how long to wait.</summary>
    public RateVerdict Admit(string key)
    {
        var counter = BitConverter.ToUInt16(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(key)), 0);
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            var through = Math.Max(_through[counter], now) + _step;
            var early = through - now - _minute;
            if (early > 0) return new RateVerdict(false, _time.GetElapsedTime(0, early) + TimeSpan.FromSeconds(1));
            _through[counter] = through;
            return new RateVerdict(true, TimeSpan.Zero);
        }
    }
}
