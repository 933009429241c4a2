using System.Collections.Immutable;
using System.Text;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The strings extension. Positions count code points.</summary>
internal static class StringFunctions
{
    internal static ImmutableArray<Overload> All { get; } =
    [
        Of("charAt", [CelType.String, Int], CelType.String, a => CharAt(a[0].RawString, a[1].RawBits)),
        Of("indexOf", [CelType.String, CelType.String], Int, a => IndexOf(a[0].RawString, a[1].RawString, 0)),
        Of("indexOf", [CelType.String, CelType.String, Int], Int, a => IndexOf(a[0].RawString, a[1].RawString, a[2].RawBits)),
        Of("lastIndexOf", [CelType.String, CelType.String], Int, a => LastIndexOf(a[0].RawString, a[1].RawString, null)),
        Of("lastIndexOf", [CelType.String, CelType.String, Int], Int, a => LastIndexOf(a[0].RawString, a[1].RawString, a[2].RawBits)),
        Of("lowerAscii", [CelType.String], CelType.String, a => Map(a[0].RawString, c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c)),
        Of("upperAscii", [CelType.String], CelType.String, a => Map(a[0].RawString, c => char.IsAsciiLetterLower(c) ? (char)(c & ~0x20) : c)),
        new("replace", true, [CelType.String, CelType.String, CelType.String], CelType.String, (f, a) => Replace(f, a, long.MaxValue)),
        new("replace", true, [CelType.String, CelType.String, CelType.String, Int], CelType.String, (f, a) =>
            Replace(f, a, a[3].RawBits < 0 ? long.MaxValue : a[3].RawBits)),
        new("split", true, [CelType.String, CelType.String], CelType.List(CelType.String), (f, a) =>
            Split(f, a[0].RawString, a[1].RawString, -1)),
        new("split", true, [CelType.String, CelType.String, Int], CelType.List(CelType.String), (f, a) =>
            Split(f, a[0].RawString, a[1].RawString, a[2].RawBits)),
        Of("substring", [CelType.String, Int], CelType.String, a => Substring(a[0].RawString, a[1].RawBits, null)),
        Of("substring", [CelType.String, Int, Int], CelType.String, a => Substring(a[0].RawString, a[1].RawBits, a[2].RawBits)),
        Of("trim", [CelType.String], CelType.String, a => CelValue.From(a[0].RawString.Trim())),
        Of("reverse", [CelType.String], CelType.String, a => Reverse(a[0].RawString)),
        new("join", true, [CelType.List(CelType.String)], CelType.String, (f, a) => Join(f, a[0].RawList, "")),
        new("join", true, [CelType.List(CelType.String), CelType.String], CelType.String, (f, a) => Join(f, a[0].RawList, a[1].RawString)),
        new("strings.quote", false, [CelType.String], CelType.String, (f, a) =>
            f.ChargeBytes(a[0].RawString.Length) ? Quote(a[0].RawString) : CelActivation.OutOfSteps),
        new("format", true, [CelType.String, CelType.List(Dyn)], CelType.String, (f, a) =>
            StringFormat.Format(f, a[0].RawString, a[1].RawList)),
    ];

    private delegate CelValue Body(ReadOnlySpan<CelValue> arguments);

    /// <summary>A method whose work grows with its receiver.</summary>
    private static Overload Of(string name, CelType[] parameters, CelType result, Body body) => new(
        name, true, parameters, result, (f, a) => f.ChargeBytes(a[0].RawString.Length) ? body(a) : CelActivation.OutOfSteps);

    private static CelValue OutOfRange(long index) => CelValue.Error($"index out of range: {index}");

    private static CelValue CharAt(string text, long index)
    {
        var at = CodePoints.Offset(text, index);
        if (at < 0)
            return OutOfRange(index);
        return CelValue.From(at == text.Length ? "" : text.Substring(at, CodePoints.Width(text, at)));
    }

    private static CelValue IndexOf(string text, string part, long from)
    {
        var at = CodePoints.Offset(text, from);
        if (at < 0)
            return OutOfRange(from);
        var found = text.IndexOf(part, at, StringComparison.Ordinal);
        return CelValue.From(found < 0 ? -1L : CodePoints.IndexAt(text, found));
    }

    /// <summary>The last place at or before <paramref name="from"/> where the part begins.</summary>
    private static CelValue LastIndexOf(string text, string part, long? from)
    {
        var last = from is { } index ? CodePoints.Offset(text, index) : text.Length;
        if (last < 0)
            return OutOfRange(from!.Value);
        var end = (int)Math.Min(text.Length, (long)last + part.Length);
        var found = text.AsSpan(0, end).LastIndexOf(part, StringComparison.Ordinal);
        return CelValue.From(found < 0 ? -1L : CodePoints.IndexAt(text, found));
    }

    private static CelValue Map(string text, Func<char, char> map) =>
        CelValue.From(string.Create(text.Length, (text, map), static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = source.map(source.text[i]);
        }));

    private static CelValue Replace(CelActivation activation, ReadOnlySpan<CelValue> a, long limit)
    {
        var (text, old, with) = (a[0].RawString, a[1].RawString, a[2].RawString);
        var result = new StringBuilder();
        var at = 0;
        for (; limit > 0; limit--)
        {
            // An empty part stands before every code point and at the end.
            var found = text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0)
                break;
            if (!activation.ChargeBytes(found - at + with.Length + 16))
                return CelActivation.OutOfSteps;
            result.Append(text, at, found - at).Append(with);
            at = found + old.Length;
            if (old.Length > 0)
                continue;
            if (at >= text.Length)
                return CelValue.From(result.ToString());
            var width = CodePoints.Width(text, at);
            result.Append(text, at, width);
            at += width;
        }

        if (!activation.ChargeBytes(text.Length - at))
            return CelActivation.OutOfSteps;
        return CelValue.From(result.Append(text, at, text.Length - at).ToString());
    }

    private static CelValue Split(CelActivation activation, string text, string separator, long limit)
    {
        if (limit == 0)
            return CelValue.OwnList([]);
        if (!activation.ChargeBytes(text.Length))
            return CelActivation.OutOfSteps;
        var parts = new List<CelValue>();
        var at = 0;
        while (limit < 0 || parts.Count + 1 < limit)
        {
            // Without a separator every code point is a part.
            var end = separator.Length > 0 ? text.IndexOf(separator, at, StringComparison.Ordinal)
                : at < text.Length && at + CodePoints.Width(text, at) < text.Length ? at + CodePoints.Width(text, at) : -1;
            if (end < 0)
                break;
            if (!activation.Charge(1))
                return CelActivation.OutOfSteps;
            parts.Add(CelValue.From(text[at..end]));
            at = end + separator.Length;
        }

        if (separator.Length > 0 || at < text.Length)
            parts.Add(CelValue.From(text[at..]));
        return CelValue.OwnList([.. parts]);
    }

    private static CelValue Substring(string text, long start, long? end)
    {
        if (end < start && end >= 0 && CodePoints.Offset(text, start) >= 0)
            return CelValue.Error($"invalid substring range. start: {start}, end: {end}");
        var from = CodePoints.Offset(text, start);
        if (from < 0)
            return OutOfRange(start);
        if (end is not { } last)
            return CelValue.From(text[from..]);
        var to = CodePoints.Offset(text, last);
        return to < 0 ? OutOfRange(last) : CelValue.From(text[from..to]);
    }

    private static CelValue Reverse(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = text.Length; at > 0;)
        {
            var width = at > 1 && char.IsLowSurrogate(text[at - 1]) && char.IsHighSurrogate(text[at - 2]) ? 2 : 1;
            at -= width;
            result.Append(text, at, width);
        }

        return CelValue.From(result.ToString());
    }

    private static CelValue Join(CelActivation activation, CelList list, string separator)
    {
        var result = new StringBuilder();
        var isFirst = true;
        foreach (ref readonly var part in list.Span)
        {
            if (part.Kind != CelValueKind.String)
                return part.IsError ? part : CelValue.Error($"no such overload: join of {ValueText.KindName(part)}");
            if (!activation.ChargeBytes(separator.Length + part.RawString.Length + 16))
                return CelActivation.OutOfSteps;
            if (!isFirst)
                result.Append(separator);
            result.Append(part.RawString);
            isFirst = false;
        }

        return CelValue.From(result.ToString());
    }

    private static CelValue Quote(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            var escape = rune.Value switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => null,
            };
            result.Append(escape ?? rune.ToString());
        }

        return CelValue.From(result.Append('"').ToString());
    }
}
