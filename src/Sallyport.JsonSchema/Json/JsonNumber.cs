using System.Globalization;
using System.Numerics;

namespace Sallyport.JsonSchema.Json;

/// <summary>
/// A JSON number (RFC 8259 §6) without rounding: sign × digits × 10^exponent, digits without leading or trailing zeros.
/// Comparing never expands the exponent, so <c>1e300</c> costs as much as <c>1</c>.
/// </summary>
internal readonly struct JsonNumber : IEquatable<JsonNumber>
{
    /// <summary>Exponents beyond this are refused: nobody means them, and arithmetic on them could overflow.</summary>
    private const long MaxExponent = 1_000_000_000;

    /// <summary>More digits than this are refused by <see cref="IsMultipleOf"/>, whose cost grows faster than the length.</summary>
    public const int MaxDivisibleDigits = 2048;

    private readonly int _sign;
    private readonly string _digits;
    private readonly long _exponent;

    private JsonNumber(int sign, string digits, long exponent)
    {
        _sign = sign;
        _digits = digits;
        _exponent = exponent;
    }

    public bool IsInteger => _sign == 0 || _exponent >= 0;

    public bool IsPositive => _sign > 0;

    public int DigitCount => _digits.Length;

    /// <summary>Reads a number as it stands in the JSON text. False when its exponent is out of range.</summary>
    public static bool TryRead(ReadOnlySpan<byte> raw, out JsonNumber number)
    {
        number = default;
        var sign = 1;
        if (raw is [(byte)'-', ..])
        {
            sign = -1;
            raw = raw[1..];
        }

        long exponent = 0;
        var mark = raw.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            var text = raw[(mark + 1)..];
            if (text is [(byte)'+', ..]) text = text[1..];
            if (!TryReadExponent(text, out exponent)) return IsZero(raw[..mark]) && Zero(out number);
            raw = raw[..mark];
        }

        var point = raw.IndexOf((byte)'.');
        var digits = new char[raw.Length];
        var count = 0;
        foreach (var b in raw)
        {
            if (b != '.') digits[count++] = (char)b;
        }

        if (point >= 0) exponent -= raw.Length - point - 1;
        var all = digits.AsSpan(0, count);
        var trimmed = all.TrimEnd('0');
        exponent += count - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        if (trimmed.IsEmpty) return Zero(out number);
        number = new JsonNumber(sign, trimmed.ToString(), exponent);
        return true;
    }

    public int OrderAgainst(in JsonNumber other)
    {
        if (_sign != other._sign) return _sign.CompareTo(other._sign);
        if (_sign == 0) return 0;
        // The position of the leading digit decides; only then do the digits themselves.
        var magnitude = (_digits.Length + _exponent).CompareTo(other._digits.Length + other._exponent);
        return _sign * (magnitude != 0 ? magnitude : string.CompareOrdinal(_digits, other._digits));
    }

    /// <summary>Whether this number divided by a positive divisor is an integer.</summary>
    public bool IsMultipleOf(in JsonNumber divisor)
    {
        if (_sign == 0) return true;
        // Without trailing zeros the mantissa has no factor ten left to give.
        if (_exponent < divisor._exponent) return false;
        var modulus = BigInteger.Parse(divisor._digits, CultureInfo.InvariantCulture);
        var rest = BigInteger.Parse(_digits, CultureInfo.InvariantCulture) % modulus;
        return (rest * BigInteger.ModPow(10, _exponent - divisor._exponent, modulus) % modulus).IsZero;
    }

    public bool Equals(JsonNumber other) =>
        _sign == other._sign && _exponent == other._exponent && string.Equals(_digits, other._digits, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is JsonNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_sign, _exponent, _digits);

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
        && exponent is >= -MaxExponent and <= MaxExponent;

    private static bool IsZero(ReadOnlySpan<byte> mantissa) => mantissa.IndexOfAnyInRange((byte)'1', (byte)'9') < 0;

    private static bool Zero(out JsonNumber number)
    {
        number = new JsonNumber(0, "", 0);
        return true;
    }
}
