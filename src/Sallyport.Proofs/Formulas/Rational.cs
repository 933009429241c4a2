using System.Globalization;
using System.Numerics;

namespace Sallyport.Proofs.Formulas;

/// <summary>An exact fraction in lowest terms. The solver knows no other number: a rounded one could prove something false.</summary>
internal readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    private readonly BigInteger _denominatorLessOne;

    internal Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException();
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominatorLessOne = (denominator / divisor) - 1;
    }

    internal static Rational Zero => default;

    internal static Rational One => 1;

    internal BigInteger Numerator { get; }

    /// <summary>Always positive. Kept less one, so that the default value is the number zero.</summary>
    internal BigInteger Denominator => _denominatorLessOne + 1;

    internal bool IsInteger => _denominatorLessOne.IsZero;

    internal bool IsZero => Numerator.IsZero;

    internal int Sign => Numerator.Sign;

    public static implicit operator Rational(long value) => new(value, 1);

    public static implicit operator Rational(BigInteger value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) =>
        a.IsInteger && b.IsInteger ? new(a.Numerator + b.Numerator, 1)
            : new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>The exact value of a finite double: mantissa times a power of two.</summary>
    internal static Rational FromDouble(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & 0xFFFFFFFFFFFFF;
        var mantissa = new BigInteger(exponent == 0 ? fraction : fraction | (1L << 52)) * (bits < 0 ? -1 : 1);
        exponent = Math.Max(exponent, 1) - 1075;
        return exponent >= 0 ? new(mantissa << exponent, 1) : new(mantissa, BigInteger.One << -exponent);
    }

    internal static Rational FromDecimal(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var magnitude = (new BigInteger((uint)parts[2]) << 64) | (new BigInteger((uint)parts[1]) << 32) | (uint)parts[0];
        return new(parts[3] < 0 ? -magnitude : magnitude, BigInteger.Pow(10, (parts[3] >> 16) & 0x7F));
    }

    /// <summary>A JSON number, exactly; null if it is longer or larger than any that a schema has use for.</summary>
    internal static Rational? FromJson(string text)
    {
        var at = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (text.Length > 400 || (at >= 0 && !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))) return null;
        if (Math.Abs(exponent) > 400) return null;
        var mantissa = at < 0 ? text : text[..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : mantissa.Length - point - 1;
        if (!BigInteger.TryParse(mantissa.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)) return null;
        exponent -= scale;
        return exponent >= 0 ? new(digits * BigInteger.Pow(10, exponent), 1) : new(digits, BigInteger.Pow(10, -exponent));
    }

    internal BigInteger Floor() => IsInteger ? Numerator : BigInteger.Divide(Numerator - (Numerator.Sign < 0 ? Denominator - 1 : 0), Denominator);

    internal BigInteger Ceiling() => -(-this).Floor();

    public int CompareTo(Rational other) =>
        IsInteger && other.IsInteger ? Numerator.CompareTo(other.Numerator)
            : (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorLessOne == other._denominatorLessOne;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorLessOne);

    /// <summary>The number as JSON writes it, or null where it has no finite decimal form.</summary>
    internal string? ToJson()
    {
        if (IsInteger) return Numerator.ToString(CultureInfo.InvariantCulture);
        var rest = Denominator;
        var scale = 0;
        foreach (var prime in (ReadOnlySpan<int>)[2, 5])
        {
            var count = 0;
            while ((rest % prime).IsZero) (rest, count) = (rest / prime, count + 1);
            scale = Math.Max(scale, count);
        }

        if (!rest.IsOne || scale > 300) return null;
        var digits = (BigInteger.Abs(Numerator) * BigInteger.Pow(10, scale) / Denominator).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(Sign < 0 ? "-" : "")}{digits[..^scale]}.{digits[^scale..]}";
    }

    public override string ToString() => ToJson() ?? $"{Numerator}/{Denominator}";
}
