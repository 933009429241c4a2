using System.Globalization;
using System.Text;

namespace Sallyport.Cel.Values;

/// <summary>Values as text, for diagnostics and for number conversions.</summary>
internal static class ValueText
{
    private const int MaxDiagnosticLength = 500;

    internal static string Describe(in CelValue value)
    {
        var text = new StringBuilder();
        Append(text, value);
        if (text.Length <= MaxDiagnosticLength)
            return text.ToString();
        text.Length = MaxDiagnosticLength;
        return text.Append('…').ToString();
    }

    internal static string KindName(in CelValue value) => value.Kind switch
    {
        CelValueKind.Type => "type",
        CelValueKind.Error => "error",
        _ => TypeOf(value).Name,
    };

    internal static CelType TypeOf(in CelValue value) => value.Kind switch
    {
        CelValueKind.Null => CelType.Null,
        CelValueKind.Bool => CelType.Bool,
        CelValueKind.Int => CelType.Int,
        CelValueKind.Uint => CelType.Uint,
        CelValueKind.Double => CelType.Double,
        CelValueKind.Decimal => CelType.Decimal,
        CelValueKind.String => CelType.String,
        CelValueKind.Bytes => CelType.Bytes,
        CelValueKind.Timestamp => CelType.Timestamp,
        CelValueKind.Duration => CelType.Duration,
        CelValueKind.List => ListType,
        CelValueKind.Map => MapType,
        CelValueKind.Type => CelType.TypeType,
        CelValueKind.Optional => OptionalType,
        CelValueKind.Opaque => value.RawOpaque.Type,
        _ => CelType.Error,
    };

    internal static CelType ListType { get; } = CelType.List(CelType.Dyn);

    internal static CelType MapType { get; } = CelType.Map(CelType.Dyn, CelType.Dyn);

    internal static CelType OptionalType { get; } = CelType.Optional(CelType.Dyn);

    /// <summary>Shortest text that parses back to the same double, with an exponent below 1e-4 and from 1e21 up.</summary>
    internal static string Double(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var at = shortest.IndexOf('E');
        if (at < 0)
            return shortest;
        var exponent = int.Parse(shortest.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is >= 0 and < 21
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{shortest.AsSpan(0, at)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>Shortest digits that parse back to the same double, without an exponent however large or small it is.</summary>
    internal static string Positional(double value)
    {
        var shortest = Double(value);
        var at = shortest.IndexOf('e');
        if (at < 0)
            return shortest;
        var sign = shortest[0] == '-' ? "-" : "";
        var digits = shortest[sign.Length..at].Replace(".", "");
        var exponent = int.Parse(shortest.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : sign + digits.PadRight(exponent + 1, '0');
    }

    private static void Append(StringBuilder text, in CelValue value)
    {
        if (text.Length > MaxDiagnosticLength)
            return;
        switch (value.Kind)
        {
            case CelValueKind.String:
                Quote(text, value.RawString);
                break;
            case CelValueKind.Bytes:
                text.Append("b64'").Append(Convert.ToBase64String(value.RawBytes)).Append('\'');
                break;
            case CelValueKind.List:
                AppendList(text, value);
                break;
            case CelValueKind.Map:
                AppendMap(text, value);
                break;
            case CelValueKind.Optional when value.HasValue:
                text.Append("optional.of(");
                Append(text, value.RawInner);
                text.Append(')');
                break;
            default:
                text.Append(Scalar(value));
                break;
        }
    }

    internal static string Scalar(in CelValue value) => value.Kind switch
    {
        CelValueKind.Error => $"error: {value.ErrorMessage}",
        CelValueKind.Null => "null",
        CelValueKind.Bool => value.RawBits != 0 ? "true" : "false",
        CelValueKind.Int => value.RawBits.ToString(CultureInfo.InvariantCulture),
        CelValueKind.Uint => ((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture) + "u",
        CelValueKind.Double => Double(value.RawDouble),
        CelValueKind.Decimal => value.RawDecimal.ToString(CultureInfo.InvariantCulture),
        CelValueKind.Timestamp => $"timestamp('{TimestampText.Format(value.RawBits, value.RawNanoseconds)}')",
        CelValueKind.Duration => $"duration('{DurationText.Format(value.RawBits)}')",
        CelValueKind.Type => value.RawType.Name,
        CelValueKind.Optional => "optional.none()",
        CelValueKind.Opaque => value.RawOpaque.Text,
        _ => value.Kind.ToString(),
    };

    private static void AppendList(StringBuilder text, in CelValue value)
    {
        text.Append('[');
        var separator = "";
        foreach (var element in value.RawList.Span)
        {
            text.Append(separator);
            Append(text, element);
            separator = ", ";
            if (text.Length > MaxDiagnosticLength)
                return;
        }

        text.Append(']');
    }

    private static void AppendMap(StringBuilder text, in CelValue value)
    {
        text.Append('{');
        var separator = "";
        foreach (var (key, entry) in value.RawMap)
        {
            text.Append(separator);
            Append(text, key);
            text.Append(": ");
            Append(text, entry);
            separator = ", ";
            if (text.Length > MaxDiagnosticLength)
                return;
        }

        text.Append('}');
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('\'');
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, MaxDiagnosticLength)))
        {
            if (c is '\'' or '\\')
                text.Append('\\').Append(c);
            else if (char.IsControl(c))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        text.Append('\'');
    }
}
