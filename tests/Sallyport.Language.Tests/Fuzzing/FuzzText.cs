using System.Text;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>Random text: noise, mutations, repetition. Shared by the targets.</summary>
internal sealed class FuzzText(FuzzRandom random)
{
    private const string Noise = "()[]{}.,:?!-+*/%&|=<>'\"`\\ \n\t0123456789abuxeEr_@#$~^;é😀\ud800\udc00\u0000\u200d\u0301\ufeff\uffff";

    /// <summary>UTF-16 units of every kind, half of surrogate pairs included.</summary>
    internal string Units(int most) => string.Create(random.Below(most + 1), random, static (span, random) =>
    {
        var wide = random.Below(3);
        for (var i = 0; i < span.Length; i++)
            span[i] = wide switch
            {
                0 => (char)random.Below(0x10000),
                1 => (char)random.Below(128),
                _ => Noise[random.Below(Noise.Length)],
            };
    });

    /// <summary>One to four small changes, with pieces of <paramref name="tokens"/> and of another text.</summary>
    internal string Mutate(string source, string other, ReadOnlySpan<string> tokens)
    {
        var text = new StringBuilder(source);
        for (var i = 1 + random.Below(4); i > 0; i--)
        {
            var at = random.Below(text.Length + 1);
            var length = Math.Min(1 + random.Below(random.Chance(4) ? 20 : 3), text.Length - at);
            switch (random.Below(8))
            {
                case 0 or 1:
                    text.Remove(at, length);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 3:
                    text.Insert(at, Noise[random.Below(Noise.Length)]);
                    break;
                case 4 when other.Length > 0:
                    var from = random.Below(other.Length);
                    text.Insert(at, other.AsSpan(from, Math.Min(1 + random.Below(20), other.Length - from)));
                    break;
                case 5 when at < text.Length:
                    text[at] = (char)(text[at] ^ (1 << random.Below(8)));
                    break;
                default:
                    text.Insert(at, random.Pick(tokens));
                    break;
            }
        }

        return text.ToString();
    }

    internal string Soup(ReadOnlySpan<string> tokens, int most)
    {
        var text = new StringBuilder();
        for (var i = 1 + random.Below(most); i > 0; i--)
        {
            text.Append(random.Pick(tokens));
            if (random.Chance(3)) text.Append(' ');
        }

        return text.ToString();
    }

    /// <summary>Something in the middle of many openings and, mostly, as many closings.</summary>
    internal string Nested(string open, string middle, string close, int most)
    {
        var depth = 1 + random.Below(most);
        var closings = random.Chance(5) ? random.Below(depth + 2) : depth;
        return new StringBuilder().Insert(0, open, depth).Append(middle).Insert(depth * open.Length + middle.Length, close, closings).ToString();
    }

    /// <summary>A literal that is longer than anyone writes.</summary>
    internal string HugeNumber()
    {
        var digits = new string(random.Chance(2) ? '9' : (char)('0' + random.Below(10)), 1 + random.Below(400));
        return random.Below(5) switch
        {
            0 => digits,
            1 => $"-{digits}",
            2 => $"0.{digits}",
            3 => $"1e{(random.Chance(2) ? "-" : "")}{digits[..Math.Min(digits.Length, 12)]}",
            _ => $"{digits}.{digits}e{random.Below(400)}",
        };
    }

    internal string Evil() => random.Pick<string>(EvilPatterns);

    /// <summary>Patterns that hang, explode or confuse naive engines.</summary>
    private static readonly string[] EvilPatterns =
    [
        "^(a+)+$", "(a|a)*b", "(a*)*", "((a{1,30}){1,30}){1,3}", "(x+x+)+y", "^(?=(a+)+$)", "(?!(a|aa)+$)a", "(a)\\\\1+", "(.*)(.*)(.*)(.*)!",
        "[^\\\\s\\\\S]", "a{0,1000}", "(?:a?){30}a{30}", "\\\\p{L}{1,50}", "[\\\\p{L}--\\\\d]", "(((((((((((a)))))))))))", "\\\\bx\\\\b", "(?<n>a)\\\\k<n>", "(", "[a-",
        "\\\\u{110000}", "\\\\ud83d", "(?i)a", "a{99999999999}", "a{2,1}", "(?:)*", "(?:a|)*?b", "^$", "\\\\cA", "[\\\\b]", "(?<=a{1,9})b",
    ];
}
