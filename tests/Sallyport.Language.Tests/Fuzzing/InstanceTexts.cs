using System.Text;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>JSON instances: grown, mutated, nested, oversized, noise.</summary>
internal sealed class InstanceTexts(FuzzRandom random)
{
    private static readonly string[] Seeds =
    [
        """{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late"}""",
        """{"id":"ord_000001","customer_id":"cus_1","region":"eu","currency":"EUR","total_minor":5000,"refunded_minor":0,"refundable_minor":5000,"status":"paid","disputed":false}""",
        """{"id":"cus_1","name":"Ann","email":"ann@example.com","region":"eu","tenure_days":400,"flags":["vip","x"]}""",
        """{"a":{"a":{"b":[1,2,{"c":null}]}},"b":"2024-02-29T12:00:00Z","c":[1.0,1,"1",true]}""",
        """["a",1,1.0,-0,0.0,1e2,100,true,null,[],{},[1,2],{"a":1,"b":2},{"b":2,"a":1}]""",
    ];

    private static readonly string[] Names = ["a", "b", "c", "aa", "amount_minor", "currency", "id", "order_id", "\\u0061", "é", "😀", "", "$ref", "__proto__"];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-0", "1", "2", "3", "-1", "0.5", "1.0", "1e2", "1e400", "-3.25E-7", "99999999999999999999", "1e999999999999",
        "0.1", "0.30000000000000004", "9223372036854775807", "-9223372036854775808", "\"\"", "\"a\"", "\"aa\"", "\"b\"", "\"EUR\"", "\"ord_000001\"", "\"late\"",
        "\"2020-02-30\"", "\"2024-02-29T23:59:60Z\"", "\"P1Y2M\"", "\"a@b.c\"", "\"xn--a\"", "\"xn--zca\"", "\"::1\"", "\"1.2.3.4\"", "\"http://[::1]/%41?é#x\"",
        "\"/a~0b\"", "\"0#\"", "\"{a,b*}\"", "\"(a\"", "\"\\ud83d\\udc32\"", "\"\\ud800\"", "\"é\"", "\"😀\"", "\"\\u0000\"", "\"a\\\\b\"", "\"l·l\"", "\"\udcff\"", "\"\\u200d\"",
    ];

    private static readonly string[] Tokens = ["{", "}", "[", "]", ",", ":", "\"", "\"a\":", "1", "null", "\\u0061", "\\ud800", "1e5", "//x\n", "/**/", " "];

    private readonly FuzzText _text = new(random);

    internal string Next() => random.Below(100) switch
    {
        < 55 => Value(4),
        < 80 => Changed(random.Pick<string>(Seeds)),
        < 86 => _text.Mutate(random.Pick<string>(Seeds), random.Pick<string>(Seeds), Tokens),
        < 89 => _text.Nested("[", Scalar(), "]", random.Chance(4) ? 900 : 70),
        < 92 => _text.Nested("{\"a\":", Scalar(), "}", random.Chance(4) ? 900 : 70),
        < 95 => _text.HugeNumber(),
        < 97 => $"\"{new string(random.Pick<char>("ab0😀é"), random.Below(300))}{random.Pick<string>(["", "!", "\\n", "b"])}\"",
        < 98 => $"[{string.Join(',', Enumerable.Range(0, random.Below(80)).Select(_ => Scalar()))}]",
        _ => _text.Units(40),
    };

    internal string Scalar() => random.Pick<string>(Scalars);

    internal string Name() => random.Pick<string>(Names);

    internal string Value(int depth)
    {
        var text = new StringBuilder();
        Append(text, depth);
        return text.ToString();
    }

    /// <summary>A seed with one or two of its scalars exchanged, so that it stays JSON and fails deep inside.</summary>
    internal string Changed(string seed)
    {
        for (var i = random.Below(3); i > 0; i--)
        {
            var at = seed.IndexOfAny([':', ',', '['], random.Below(seed.Length));
            if (at < 0 || at + 1 >= seed.Length || seed[at + 1] is '{' or '[' or ']') continue;
            var end = seed.IndexOfAny([',', '}', ']'], at + 1);
            if (end < 0) continue;
            var replacement = random.Chance(4) ? Value(2) : Scalar();
            // After a comma in an object stands a name, not a value.
            if (seed[at] == ',' && seed.AsSpan(at + 1, end - at - 1).Contains(':')) replacement = $"\"{Name()}\":{replacement}";
            seed = string.Concat(seed.AsSpan(0, at + 1), replacement, seed.AsSpan(end));
        }

        return seed;
    }

    private void Append(StringBuilder text, int depth)
    {
        var kind = random.Below(depth == 0 ? 5 : 9);
        if (kind < 5)
        {
            text.Append(Scalar());
            return;
        }

        var isObject = kind < 7;
        text.Append(isObject ? '{' : '[');
        for (var i = random.Below(5); i > 0; i--)
        {
            if (isObject) text.Append('"').Append(Name()).Append("\":");
            Append(text, depth - 1);
            if (i > 1) text.Append(',');
        }

        text.Append(isObject ? '}' : ']');
    }
}
