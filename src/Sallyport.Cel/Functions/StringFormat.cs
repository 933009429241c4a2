using System.Globalization;
using System.Numerics;
using System.Text;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Functions;

/// <summary><c>format</c> of the strings extension: %s %d %f %e %b %o %x %X and %%.</summary>
internal sealed class StringFormat
{
    private const int DefaultPrecision = 6;
    private const int MaxPrecision = 100;

    private readonly CelActivation _activation;
    private readonly string _format;
    private readonly CelList _arguments;
    private readonly StringBuilder _out = new();
    private int _at;
    private int _next;

    private StringFormat(CelActivation activation, string format, CelList arguments)
    {
        _activation = activation;
        _format = format;
        _arguments = arguments;
    }

    internal static CelValue Format(CelActivation activation, string format, CelList arguments) =>
        new StringFormat(activation, format, arguments).Run();

    private CelValue Run()
    {
        if (!_activation.Charge((_format.Length >> 4) + _arguments.Weight))
            return CelActivation.OutOfSteps;
        while (_at < _format.Length)
        {
            var c = _format[_at++];
            if (c != '%')
            {
                _out.Append(c);
            }
            else if (_at < _format.Length && _format[_at] == '%')
            {
                _out.Append('%');
                _at++;
            }
            else if (Clause() is { } problem)
            {
                return CelValue.Error(problem);
            }

            if (_out.Length > 1_000_000)
                return CelValue.Error("format: the result is too large");
        }

        return _activation.ChargeBytes(_out.Length) ? CelValue.From(_out.ToString()) : CelActivation.OutOfSteps;
    }

    /// <summary>One clause behind its percent sign; the problem if there is one.</summary>
    private string? Clause()
    {
        var precision = DefaultPrecision;
        if (_at < _format.Length && _format[_at] == '.')
        {
            var start = ++_at;
            while (_at < _format.Length && char.IsAsciiDigit(_format[_at]))
                _at++;
            var digits = _format.AsSpan(start, _at - start);
            if (digits.Length is 0 or > 3 || (precision = int.Parse(digits, CultureInfo.InvariantCulture)) > MaxPrecision)
                return "could not parse formatting clause: bad precision";
        }

        if (_at >= _format.Length)
            return "could not parse formatting clause: unexpected end of format string";
        var verb = _format[_at++];
        if (verb is not ('s' or 'd' or 'f' or 'e' or 'b' or 'o' or 'x' or 'X'))
            return $"could not parse formatting clause: unrecognized formatting clause \"{verb}\"";
        if (_next >= _arguments.Count)
            return $"index {_next} out of range";
        var argument = _arguments[_next++];
        if (argument.IsError)
            return argument.ErrorMessage;
        return verb switch
        {
            's' => Text(argument),
            'd' => Whole(argument),
            'f' => Fixed(argument, precision),
            'e' => Scientific(argument, precision),
            'b' => Binary(argument),
            'o' => Octal(argument),
            _ => Hexadecimal(argument, verb == 'X'),
        };
    }

    private static string Refused(string clause, string kinds, in CelValue argument) =>
        $"error during formatting: {clause} can only be used on {kinds}, was given {ValueText.KindName(argument)}";

    private string? Append(string text)
    {
        _out.Append(text);
        return null;
    }

    private string? Text(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelValueKind.String:
                return Append(value.RawString);
            case CelValueKind.Bytes:
                return Append(CodePoints.Decode(value.RawBytes));
            case CelValueKind.Double:
                return Append(ValueText.Positional(value.RawDouble));
            case CelValueKind.Uint:
                return Append(((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture));
            case CelValueKind.Timestamp:
                return Append(TimestampText.Format(value.RawBits, value.RawNanoseconds));
            case CelValueKind.Duration:
                return Append(DurationText.Format(value.RawBits));
            case CelValueKind.List:
                return List(value.RawList);
            case CelValueKind.Map:
                return Map(value.RawMap);
            case CelValueKind.Optional or CelValueKind.Error:
                return Refused("string clause", "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps", value);
            default:
                return Append(ValueText.Scalar(value));
        }
    }

    private string? List(CelList list)
    {
        _out.Append('[');
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                _out.Append(", ");
            if (Text(list[i]) is { } problem)
                return problem;
        }

        return Append("]");
    }

    /// <summary>Entries in the order of their keys as text.</summary>
    private string? Map(CelMap map)
    {
        var entries = new List<(string Key, CelValue Value)>(map.Count);
        foreach (var (key, value) in map)
        {
            var start = _out.Length;
            Text(key);
            entries.Add((_out.ToString(start, _out.Length - start), value));
            _out.Length = start;
        }

        _out.Append('{');
        var separator = "";
        foreach (var (key, value) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            _out.Append(separator).Append(key).Append(": ");
            if (Text(value) is { } problem)
                return problem;
            separator = ", ";
        }

        return Append("}");
    }

    private string? Whole(in CelValue value) => value.Kind switch
    {
        CelValueKind.Int => Append(ValueText.Scalar(value)),
        CelValueKind.Uint => Append(((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture)),
        CelValueKind.Decimal => Append(ValueText.Scalar(value)),
        CelValueKind.Double => Append(ValueText.Positional(value.RawDouble)),
        _ => Refused("decimal clause", "integers and doubles", value),
    };

    private string? Fixed(in CelValue value, int precision)
    {
        if (value.Kind == CelValueKind.Decimal)
            return Append(value.RawDecimal.ToString("F" + precision, CultureInfo.InvariantCulture));
        if (AsDouble(value) is not { } number)
            return Refused("fixed-point clause", "doubles", value);
        return Append(double.IsFinite(number) ? HalfEven(number, precision) : ValueText.Double(number));
    }

    private string? Scientific(in CelValue value, int precision)
    {
        if (AsDouble(value) is not { } number)
            return Refused("scientific clause", "doubles", value);
        if (!double.IsFinite(number))
            return Append(ValueText.Double(number));
        var text = number.ToString("e" + precision, CultureInfo.InvariantCulture);

        // .NET writes e+000; the exponent has at least two digits elsewhere.
        var at = text.IndexOf('e');
        var exponent = text[(at + 2)..].TrimStart('0').PadLeft(2, '0');
        return Append(text[..(at + 2)] + exponent);
    }

    private static double? AsDouble(in CelValue value) => value.Kind switch
    {
        CelValueKind.Double => value.RawDouble,
        CelValueKind.Int => value.RawBits,
        CelValueKind.Uint => (ulong)value.RawBits,
        CelValueKind.Decimal => (double)value.RawDecimal,
        _ => null,
    };

    /// <summary>Rounds the exact binary value: 1.2345 with three digits is 1.234, as its double lies below the tie.</summary>
    private static string HalfEven(double number, int precision) => number.ToString("F" + precision, CultureInfo.InvariantCulture);

    private string? Binary(in CelValue value) => value.Kind switch
    {
        CelValueKind.Bool => Append(value.RawBits != 0 ? "1" : "0"),
        CelValueKind.Int => Append(InBase(value.RawBits, 2)),
        CelValueKind.Uint => Append(InBase((ulong)value.RawBits, 2)),
        _ => $"error during formatting: only integers and bools can be formatted as binary, was given {ValueText.KindName(value)}",
    };

    private string? Octal(in CelValue value) => value.Kind switch
    {
        CelValueKind.Int => Append(InBase(value.RawBits, 8)),
        CelValueKind.Uint => Append(InBase((ulong)value.RawBits, 8)),
        _ => Refused("octal clause", "integers", value),
    };

    private string? Hexadecimal(in CelValue value, bool isUpper)
    {
        var text = value.Kind switch
        {
            CelValueKind.Int => InBase(value.RawBits, 16),
            CelValueKind.Uint => InBase((ulong)value.RawBits, 16),
            CelValueKind.String => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.RawString)),
            CelValueKind.Bytes => Convert.ToHexStringLower(value.RawBytes),
            _ => null,
        };
        return text is null
            ? $"error during formatting: only integers, byte buffers, and strings can be formatted as hex, was given {ValueText.KindName(value)}"
            : Append(isUpper ? text.ToUpperInvariant() : text);
    }

    /// <summary>A sign and the digits of the magnitude, never two's complement.</summary>
    private static string InBase(BigInteger value, int radix)
    {
        if (value.IsZero)
            return "0";
        var digits = new StringBuilder();
        for (var rest = BigInteger.Abs(value); !rest.IsZero; rest /= radix)
            digits.Insert(0, "0123456789abcdef"[(int)(rest % radix)]);
        return value.Sign < 0 ? digits.Insert(0, '-').ToString() : digits.ToString();
    }
}
