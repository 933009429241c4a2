using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>Conversions between types. What does not fit is an error, never a clipped value.</summary>
internal static class ConversionFunctions
{
    private const double TwoTo63 = 9223372036854775808.0;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    internal static ImmutableArray<Overload> All { get; } =
    [
        Of("bool", Bool, Bool, a => a),
        Of("bool", CelType.String, Bool, a => ParseBool(a.RawString)),
        Of("int", Int, Int, a => a),
        Of("int", Uint, Int, a => a.RawBits < 0 ? Range("int") : CelValue.From(a.RawBits)),
        Of("int", CelType.Double, Int, a => a.RawDouble is > -TwoTo63 and < TwoTo63 ? CelValue.From((long)a.RawDouble) : Range("int")),
        Of("int", CelType.Decimal, Int, a => FromDecimal(a.RawDecimal, long.MinValue, long.MaxValue, m => CelValue.From((long)m))),
        Of("int", CelType.String, Int, ParseInt),
        Of("int", CelType.Timestamp, Int, a => CelValue.From(a.RawBits)),
        Of("uint", Uint, Uint, a => a),
        Of("uint", Int, Uint, a => a.RawBits < 0 ? Range("uint") : CelValue.From((ulong)a.RawBits)),
        Of("uint", CelType.Double, Uint, a => a.RawDouble is >= 0 and < 2 * TwoTo63 ? CelValue.From((ulong)a.RawDouble) : Range("uint")),
        Of("uint", CelType.Decimal, Uint, a => FromDecimal(a.RawDecimal, 0, ulong.MaxValue, m => CelValue.From((ulong)m))),
        Of("uint", CelType.String, Uint, ParseUint),
        Of("double", CelType.Double, CelType.Double, a => a),
        Of("double", Int, CelType.Double, a => CelValue.From((double)a.RawBits)),
        Of("double", Uint, CelType.Double, a => CelValue.From((double)(ulong)a.RawBits)),
        Of("double", CelType.Decimal, CelType.Double, a => CelValue.From((double)a.RawDecimal)),
        Of("double", CelType.String, CelType.Double, ParseDouble),
        Of("decimal", CelType.Decimal, CelType.Decimal, a => a),
        Of("decimal", Int, CelType.Decimal, a => CelValue.From((decimal)a.RawBits)),
        Of("decimal", Uint, CelType.Decimal, a => CelValue.From((decimal)(ulong)a.RawBits)),
        Of("decimal", CelType.String, CelType.Decimal, ParseDecimal),
        Of("string", CelType.String, CelType.String, a => a),
        Of("string", Bool, CelType.String, a => CelValue.From(ValueText.Scalar(a))),
        Of("string", Int, CelType.String, a => CelValue.From(ValueText.Scalar(a))),
        Of("string", Uint, CelType.String, a => CelValue.From(((ulong)a.RawBits).ToString(CultureInfo.InvariantCulture))),
        Of("string", CelType.Double, CelType.String, a => CelValue.From(ValueText.Double(a.RawDouble))),
        Of("string", CelType.Decimal, CelType.String, a => CelValue.From(ValueText.Scalar(a))),
        Of("string", Bytes, CelType.String, a => Decode(a.RawBytes)),
        Of("string", CelType.Timestamp, CelType.String, a => CelValue.From(TimestampText.Format(a.RawBits, a.RawNanoseconds))),
        Of("string", CelType.Duration, CelType.String, a => CelValue.From(DurationText.Format(a.RawBits))),
        Of("bytes", Bytes, Bytes, a => a),
        Of("bytes", CelType.String, Bytes, a => CelValue.OwnBytes(Encoding.UTF8.GetBytes(a.RawString))),
        Of("timestamp", CelType.Timestamp, CelType.Timestamp, a => a),
        Of("timestamp", CelType.String, CelType.Timestamp, a => TimestampText.Parse(a.RawString)),
        Of("timestamp", Int, CelType.Timestamp, a => CelValue.Timestamp(a.RawBits)),
        Of("duration", CelType.Duration, CelType.Duration, a => a),
        Of("duration", CelType.String, CelType.Duration, a => DurationText.Parse(a.RawString)),
    ];

    internal static CelValue Decode(byte[] octets)
    {
        try
        {
            return CelValue.From(StrictUtf8.GetString(octets));
        }
        catch (DecoderFallbackException)
        {
            return CelValue.Error("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static Overload Of(string name, CelType from, CelType to, Func<CelValue, CelValue> convert) =>
        new(name, false, [from], to, (f, a) => f.Charge(CelList.Heft(a[0])) ? convert(a[0]) : CelActivation.OutOfSteps);

    private static CelValue Range(string type) => CelValue.Error($"range error: the number does not fit {type}");

    private static CelValue Malformed(string type, in CelValue text) => CelValue.Error($"type conversion error: {text} is not {type}");

    private static CelValue FromDecimal(decimal value, decimal min, decimal max, Func<decimal, CelValue> convert)
    {
        var whole = decimal.Truncate(value);
        return whole >= min && whole <= max ? convert(whole) : Range("int");
    }

    private static CelValue ParseInt(CelValue text) =>
        long.TryParse(text.RawString, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? CelValue.From(number)
            : Malformed("int", text);

    private static CelValue ParseUint(CelValue text) =>
        ulong.TryParse(text.RawString, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? CelValue.From(number)
            : Malformed("uint", text);

    private static CelValue ParseDecimal(CelValue text) =>
        DecimalText.Parse(text.RawString) is { } exact ? CelValue.From(exact) : Malformed("decimal", text);

    private static CelValue ParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
        _ => Malformed("bool", CelValue.From(text)),
    };

    private static CelValue ParseDouble(CelValue text)
    {
        switch (text.RawString)
        {
            case "NaN":
                return CelValue.From(double.NaN);
            case "Infinity" or "+Infinity" or "Inf" or "+Inf" or "inf" or "+inf":
                return CelValue.From(double.PositiveInfinity);
            case "-Infinity" or "-Inf" or "-inf":
                return CelValue.From(double.NegativeInfinity);
            default:
                const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return double.TryParse(text.RawString, Style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? CelValue.From(number)
                    : Malformed("double", text);
        }
    }
}
