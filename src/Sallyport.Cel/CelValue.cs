using System.Runtime.CompilerServices;
using Sallyport.Cel.Values;

namespace Sallyport.Cel;

/// <summary>
/// A run-time value in 24 bytes. Scalars need no allocation. Equality is CEL equality: all numbers lie on one number line, an error or
/// NaN equals nothing, and values of different kinds are unequal.
/// </summary>
public readonly partial struct CelValue : IEquatable<CelValue>
{
    private readonly object? _reference;
    private readonly long _bits;
    private readonly int _extra;
    private readonly byte _flags;

    private CelValue(CelValueKind kind, long bits, object? reference = null, int extra = 0, byte flags = 0)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
        _extra = extra;
        _flags = flags;
    }

    /// <summary>The kind.</summary>
    public CelValueKind Kind { get; }

    /// <summary>The null value.</summary>
    public static CelValue Null => new(CelValueKind.Null, 0);

    /// <summary>The boolean true.</summary>
    public static CelValue True => new(CelValueKind.Bool, 1);

    /// <summary>The boolean false.</summary>
    public static CelValue False => new(CelValueKind.Bool, 0);

    /// <summary>The optional that holds nothing.</summary>
    public static CelValue None => new(CelValueKind.Optional, 0);

    /// <summary>True if the evaluation failed.</summary>
    public bool IsError => Kind == CelValueKind.Error;

    /// <summary>True for a member that is there but could not be read; an absent one is an error without a message.</summary>
    internal bool IsFailed => Kind == CelValueKind.Error && _reference is not null;

    /// <summary>True for the boolean true and for nothing else: an error, null or a non-boolean is not true.</summary>
    public bool IsTrue => Kind == CelValueKind.Bool && _bits != 0;

    /// <summary>Why the evaluation failed; null if it did not.</summary>
    public string? ErrorMessage => IsError ? (string?)_reference ?? "no value" : null;

    /// <summary>The boolean. Throws if this is another kind.</summary>
    public bool AsBool => Require(CelValueKind.Bool)._bits != 0;

    /// <summary>The signed integer. Throws if this is another kind.</summary>
    public long AsInt => Require(CelValueKind.Int)._bits;

    /// <summary>The unsigned integer. Throws if this is another kind.</summary>
    public ulong AsUint => (ulong)Require(CelValueKind.Uint)._bits;

    /// <summary>The double. Throws if this is another kind.</summary>
    public double AsDouble => BitConverter.Int64BitsToDouble(Require(CelValueKind.Double)._bits);

    /// <summary>The decimal. Throws if this is another kind.</summary>
    public decimal AsDecimal => Require(CelValueKind.Decimal).RawDecimal;

    /// <summary>The text. Throws if this is another kind.</summary>
    public string AsString => (string)Require(CelValueKind.String)._reference!;

    /// <summary>The octets. Throws if this is another kind.</summary>
    public ReadOnlyMemory<byte> AsBytes => (byte[])Require(CelValueKind.Bytes)._reference!;

    /// <summary>The elements. Throws if this is not a list.</summary>
    public IReadOnlyList<CelValue> AsList => (CelList)Require(CelValueKind.List)._reference!;

    /// <summary>The entries in insertion order. Throws if this is not a map.</summary>
    public IReadOnlyDictionary<CelValue, CelValue> AsMap => ((CelMap)Require(CelValueKind.Map)._reference!).Entries;

    /// <summary>Seconds since 1970-01-01T00:00:00Z, rounded down. Throws if this is not a timestamp.</summary>
    public long TimestampSeconds => Require(CelValueKind.Timestamp)._bits;

    /// <summary>Nanoseconds after <see cref="TimestampSeconds"/>, 0 to 999,999,999.</summary>
    public int TimestampNanoseconds => Require(CelValueKind.Timestamp)._extra;

    /// <summary>Length in nanoseconds. Throws if this is not a duration.</summary>
    public long DurationNanoseconds => Require(CelValueKind.Duration)._bits;

    /// <summary>True if an optional holds a value. Throws if this is not an optional.</summary>
    public bool HasValue => Require(CelValueKind.Optional)._reference is not null;

    /// <summary>What an optional holds. Throws if this is not an optional or holds nothing.</summary>
    public CelValue OptionalValue => HasValue ? RawInner : throw new InvalidOperationException("The optional holds nothing.");

    internal long RawBits => _bits;

    internal double RawDouble => BitConverter.Int64BitsToDouble(_bits);

    internal decimal RawDecimal =>
        new((int)_bits, (int)(_bits >> 32), _extra, (_flags & 0x80) != 0, (byte)(_flags & 0x7F));

    internal string RawString => Unsafe.As<string>(_reference!);

    internal byte[] RawBytes => Unsafe.As<byte[]>(_reference!);

    internal CelList RawList => Unsafe.As<CelList>(_reference!);

    internal CelMap RawMap => Unsafe.As<CelMap>(_reference!);

    internal CelType RawType => Unsafe.As<CelType>(_reference!);

    internal OpaqueValue RawOpaque => Unsafe.As<OpaqueValue>(_reference!);

    internal int RawNanoseconds => _extra;

    /// <summary>What an optional holds. Meaningful only where <see cref="HasValue"/>.</summary>
    internal CelValue RawInner => ((OptionalBox)_reference!).Value;

    /// <summary>A boolean.</summary>
    /// <param name="value">The boolean.</param>
    public static CelValue From(bool value) => new(CelValueKind.Bool, value ? 1 : 0);

    /// <summary>A signed integer.</summary>
    /// <param name="value">The integer.</param>
    public static CelValue From(long value) => new(CelValueKind.Int, value);

    /// <summary>An unsigned integer.</summary>
    /// <param name="value">The integer.</param>
    public static CelValue From(ulong value) => new(CelValueKind.Uint, (long)value);

    /// <summary>A double.</summary>
    /// <param name="value">The number.</param>
    public static CelValue From(double value) => new(CelValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An exact decimal.</summary>
    /// <param name="value">The number.</param>
    public static CelValue From(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var flags = (byte)(((parts[3] >> 16) & 0x7F) | (parts[3] < 0 ? 0x80 : 0));
        return new(CelValueKind.Decimal, (long)(((ulong)(uint)parts[1] << 32) | (uint)parts[0]), null, parts[2], flags);
    }

    /// <summary>Text.</summary>
    /// <param name="value">The text.</param>
    public static CelValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelValueKind.String, 0, value);
    }

    /// <summary>Octets; they are copied.</summary>
    /// <param name="value">The octets.</param>
    public static CelValue From(ReadOnlySpan<byte> value) => new(CelValueKind.Bytes, 0, value.ToArray());

    /// <summary>A list; the elements are copied.</summary>
    /// <param name="elements">The elements.</param>
    public static CelValue List(IEnumerable<CelValue> elements) => OwnList([.. elements]);

    /// <summary>A map. An error value if a key repeats or is neither bool, int, uint nor string.</summary>
    /// <param name="entries">Keys and values.</param>
    public static CelValue Map(IEnumerable<KeyValuePair<CelValue, CelValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var map = new CelMap(0);
        foreach (var (key, value) in entries)
        {
            if (map.Add(key, value) is { } problem)
                return Error(problem);
        }

        return From(map);
    }

    /// <summary>A point in time. An error value outside the years 0001 to 9999.</summary>
    /// <param name="seconds">Seconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="nanoseconds">0 to 999,999,999.</param>
    public static CelValue Timestamp(long seconds, int nanoseconds = 0) =>
        TimestampText.IsInRange(seconds) && nanoseconds is >= 0 and <= 999_999_999
            ? new(CelValueKind.Timestamp, seconds, null, nanoseconds)
            : Error("timestamp out of range");

    /// <summary>A point in time.</summary>
    /// <param name="value">The time; its offset is not kept.</param>
    public static CelValue From(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0 ? Timestamp(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100) : Timestamp(seconds, (int)rest * 100);
    }

    /// <summary>A span of time.</summary>
    /// <param name="nanoseconds">Its length.</param>
    public static CelValue Duration(long nanoseconds) => new(CelValueKind.Duration, nanoseconds);

    /// <summary>A type as a value.</summary>
    /// <param name="type">The type.</param>
    public static CelValue Type(CelType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new(CelValueKind.Type, 0, type);
    }

    /// <summary>An optional that holds a value.</summary>
    /// <param name="value">The value.</param>
    public static CelValue Some(CelValue value) => value.IsError ? value : new(CelValueKind.Optional, 0, new OptionalBox(value));

    /// <summary>A failed evaluation.</summary>
    /// <param name="message">Why it failed.</param>
    public static CelValue Error(string message) => new(CelValueKind.Error, 0, message);

    internal static CelValue OwnList(CelValue[] elements) => From(new CelList(elements));

    internal static CelValue From(CelList list) =>
        list.Weight > CelList.MaxWeight ? Error("the value is too large") : new(CelValueKind.List, 0, list);

    internal static CelValue From(CelMap map) =>
        map.Weight > CelList.MaxWeight ? Error("the value is too large") : new(CelValueKind.Map, 0, map);

    internal static CelValue Opaque(OpaqueValue value) => new(CelValueKind.Opaque, 0, value);

    internal static CelValue OwnBytes(byte[] octets) => new(CelValueKind.Bytes, 0, octets);

    /// <inheritdoc/>
    public bool Equals(CelValue other) => Equality.AreEqual(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CelValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Equality.HashOf(this);

    /// <summary>CEL equality.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator ==(CelValue left, CelValue right) => left.Equals(right);

    /// <summary>The negation of CEL equality.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator !=(CelValue left, CelValue right) => !left.Equals(right);

    /// <summary>The value as a CEL literal where it has one, shortened; for people and diagnostics.</summary>
    public override string ToString() => ValueText.Describe(this);

    private CelValue Require(CelValueKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"This is {Kind}, not {kind}: {this}");
}
