using System.Text;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Random CEL sources from a seed: grown from the grammar, cut and spliced from others, or plain noise.</summary>
internal sealed class RandomExpressions(int seed)
{
    private static readonly string[] Atoms =
    [
        "0", "1", "-1", "7u", "18446744073709551615u", "9223372036854775807", "-9223372036854775808", "0.5", "1e308", "'a'", "''", "'a😀'",
        "b'\\xff'", "true", "false", "null", "[]", "{}", "[1, 2, 3]", "['a', 'b']", "{'a': 1, 'b': 2}", "{1: 'x'}", "args", "facts",
        "args.amount_minor", "args.currency", "args.price", "args.ratio", "args.note", "args.tags", "args.customer", "facts.x", "facts.list",
        "facts.map", "x", "y", "int", "timestamp('2024-02-29T12:00:00.5Z')", "duration('1h')", "optional.of(1)", "optional.none()",
        "double('NaN')", "decimal('0.1')", "type(1)", "[[1], [2, 3]]", "ip('::1')", "cidr('10.0.0.0/8')", "'10.1.2.3'", "[{'a': 1}]",
    ];

    private static readonly string[] Operators = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"];

    private static readonly string[] Functions =
    [
        "size", "int", "uint", "double", "string", "bytes", "bool", "type", "dyn", "timestamp", "duration", "decimal", "math.abs", "math.greatest",
        "math.least", "math.round", "math.sign", "math.bitNot", "base64.encode", "base64.decode", "strings.quote", "optional.of",
        "optional.ofNonZeroValue", "lists.range", "ip", "cidr", "isIP",
    ];

    private static readonly string[] Methods =
    [
        "size", "contains", "startsWith", "matches", "charAt", "indexOf", "lastIndexOf", "lowerAscii", "replace", "split", "substring", "trim",
        "join", "format", "reverse", "getHours", "getFullYear", "getDayOfYear", "value", "hasValue", "orValue", "or", "sort", "distinct", "flatten",
        "slice", "first", "last",
    ];

    private static readonly string[] Macros =
        ["all", "exists", "exists_one", "map", "filter", "transformList", "transformMap", "transformMapEntry", "sortBy", "optMap", "optFlatMap"];

    private const string Noise = "()[]{}.,:?!-+*/%&|=<>'\"`\\ \n\t0123456789abuxeEr_@#$~^;é😀\ud800\udc00";

    private readonly Random _random = new(seed);

    public string Next() => _random.Next(10) switch
    {
        < 6 => Expression(_random.Next(1, 5)),
        < 9 => Mutate(Expression(_random.Next(1, 4))),
        _ => Scribble(_random.Next(40)),
    };

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private string Expression(int depth)
    {
        if (depth == 0 || _random.Next(8) == 0)
            return Pick(Atoms);
        string Inner() => Expression(depth - 1);
        return _random.Next(13) switch
        {
            0 or 1 or 2 or 3 => $"{Inner()} {Pick(Operators)} {Inner()}",
            4 => $"({Inner()})",
            5 => $"{(_random.Next(2) == 0 ? "!" : "-")}{Inner()}",
            6 => $"{Inner()} ? {Inner()} : {Inner()}",
            7 => $"{Pick(Functions)}({Inner()}{(_random.Next(3) == 0 ? ", " + Inner() : "")})",
            8 => $"{Inner()}.{Pick(Methods)}({string.Join(", ", Enumerable.Range(0, _random.Next(3)).Select(_ => Inner()))})",
            9 => Macro(Inner),
            10 => $"{Inner()}[{(_random.Next(4) == 0 ? "?" : "")}{Inner()}]",
            11 => $"[{Inner()}, {(_random.Next(5) == 0 ? "?" : "")}{Inner()}]",
            _ => _random.Next(2) == 0 ? $"has({Inner()}.a)" : $"{{{Inner()}: {Inner()}}}",
        };
    }

    private string Macro(Func<string> inner)
    {
        var macro = Pick(Macros);
        if (_random.Next(6) == 0)
            return $"cel.bind(x, {inner()}, {inner()})";
        var variables = macro.StartsWith("transform", StringComparison.Ordinal) || (macro is "all" or "exists" && _random.Next(3) == 0) ? "x, y" : "x";
        return $"{inner()}.{macro}({variables}, {inner()})";
    }

    private string Mutate(string source)
    {
        var text = new StringBuilder(source);
        for (var i = _random.Next(1, 4); i > 0 && text.Length > 0; i--)
        {
            var at = _random.Next(text.Length);
            switch (_random.Next(3))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text.Insert(at, Noise[_random.Next(Noise.Length)]);
                    break;
                default:
                    text.Insert(at, Pick(Atoms));
                    break;
            }
        }

        return text.ToString();
    }

    private string Scribble(int length) => string.Create(length, _random, static (span, random) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = Noise[random.Next(Noise.Length)];
    });
}
