using System.Text;

namespace Sallyport.JsonSchema.Formats;

/// <summary>The encoding of RFC 3492 with the parameters of its §5, without the <c>xn--</c> prefix.</summary>
internal static class Punycode
{
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 128;

    /// <summary>Labels are at most 63 bytes; anything much longer is no label and not worth decoding.</summary>
    private const int MaxPoints = 256;

    public static int[]? Decode(string text)
    {
        var output = new List<int>();
        var delimiter = text.LastIndexOf('-');
        for (var j = 0; j < delimiter; j++) output.Add(text[j]);
        long n = InitialN;
        long i = 0;
        var bias = InitialBias;
        var position = delimiter < 0 ? 0 : delimiter + 1;
        while (position < text.Length)
        {
            var before = i;
            long weight = 1;
            for (var k = Base; ; k += Base)
            {
                if (position >= text.Length || Digit(text[position++]) is not { } digit) return null;
                i += digit * weight;
                if (i > int.MaxValue) return null;
                var threshold = Threshold(k, bias);
                if (digit < threshold) break;
                weight *= Base - threshold;
            }

            var count = output.Count + 1;
            bias = Adapt(i - before, count, before == 0);
            n += i / count;
            i %= count;
            if (n > 0x10FFFF || n is >= 0xD800 and <= 0xDFFF || count > MaxPoints) return null;
            output.Insert((int)i++, (int)n);
        }

        return [.. output];
    }

    public static string? Encode(IReadOnlyList<int> points)
    {
        if (points.Count > MaxPoints) return null;
        var output = new StringBuilder();
        foreach (var c in points.Where(c => c < InitialN)) output.Append((char)c);
        var basic = output.Length;
        var handled = basic;
        if (basic > 0) output.Append('-');
        var n = InitialN;
        long delta = 0;
        var bias = InitialBias;
        while (handled < points.Count)
        {
            var next = points.Where(c => c >= n).Min();
            delta += (long)(next - n) * (handled + 1);
            n = next;
            foreach (var c in points)
            {
                if (c < n) delta++;
                if (c != n) continue;
                AppendNumber(output, delta, bias);
                bias = Adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled++;
            }

            delta++;
            n++;
        }

        return output.ToString();
    }

    private static void AppendNumber(StringBuilder output, long number, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Threshold(k, bias);
            if (number < threshold) break;
            output.Append(Character(threshold + ((number - threshold) % (Base - threshold))));
            number = (number - threshold) / (Base - threshold);
        }

        output.Append(Character(number));
    }

    private static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    private static int Adapt(long delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }

        return k + (int)((Base - TMin + 1) * delta / (delta + Skew));
    }

    private static int? Digit(char c) => c switch
    {
        >= 'a' and <= 'z' => c - 'a',
        >= 'A' and <= 'Z' => c - 'A',
        >= '0' and <= '9' => c - '0' + 26,
        _ => null,
    };

    private static char Character(long digit) => (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);
}
