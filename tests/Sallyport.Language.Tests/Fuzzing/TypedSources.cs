namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>CEL sources that fit together by type, so that most of them pass the checker and reach the evaluator.</summary>
internal sealed class TypedSources(FuzzRandom random)
{
    private static readonly string[] Truths = ["true", "false", "facts.order.disputed", "has(args.note)", "has(facts.map.k)", "args.note == null", "1 == 1"];

    private static readonly string[] Integers =
        ["0", "1", "-1", "2", "7", "9223372036854775807", "-9223372036854775808", "args.amount_minor", "args.customer.tenure_days", "size(args.tags)", "int(facts.x)", "facts.x"];

    private static readonly string[] Numbers = ["0.0", "0.5", "-1.5", "1e308", "args.ratio", "double('NaN')", "double('Infinity')", "double(args.amount_minor)"];

    private static readonly string[] Texts = ["''", "'a'", "'USD'", "'a😀b'", "'10'", "'1h'", "args.currency", "string(args.amount_minor)", "dyn(args.note)", "'2024-02-29T12:00:00Z'"];

    private static readonly string[] Lists = ["[]", "[1]", "[1, 2, 3]", "args.tags.map(t, size(t))", "lists.range(5)", "[3, 1, 2]", "[9223372036854775807, 1]"];

    internal string Truth(int depth)
    {
        if (depth <= 0) return random.Pick<string>(Truths);
        return random.Below(12) switch
        {
            0 or 1 => $"({Truth(depth - 1)} && {Truth(depth - 1)})",
            2 or 3 => $"({Truth(depth - 1)} || {Truth(depth - 1)})",
            4 => $"!{Truth(depth - 1)}",
            5 => $"({Truth(depth - 1)} ? {Truth(depth - 1)} : {Truth(depth - 1)})",
            6 or 7 => $"({Integer(depth - 1)} {Comparison()} {Integer(depth - 1)})",
            8 => $"({Number(depth - 1)} {Comparison()} {Number(depth - 1)})",
            9 => $"({Text(depth - 1)} {Comparison()} {Text(depth - 1)})",
            10 => $"{List(depth - 1)}.{random.Pick<string>(["all", "exists", "exists_one"])}(v, v {Comparison()} {Integer(depth - 1)})",
            _ => $"({Integer(depth - 1)} in {List(depth - 1)})",
        };
    }

    internal string Any(int depth) => random.Below(5) switch
    {
        0 => Integer(depth),
        1 => Number(depth),
        2 => Text(depth),
        3 => List(depth),
        _ => Truth(depth),
    };

    private string Integer(int depth)
    {
        if (depth <= 0) return random.Pick<string>(Integers);
        return random.Below(7) switch
        {
            0 or 1 => $"({Integer(depth - 1)} {random.Pick<string>(["+", "-", "*", "/", "%"])} {Integer(depth - 1)})",
            2 => $"size({random.Pick<string>([Text(depth - 1), List(depth - 1)])})",
            3 => $"({Truth(depth - 1)} ? {Integer(depth - 1)} : {Integer(depth - 1)})",
            4 => $"{List(depth - 1)}[{Integer(depth - 1)}]",
            5 => $"int({random.Pick<string>([Number(depth - 1), Text(depth - 1)])})",
            _ => $"math.{random.Pick<string>(["greatest", "least", "bitAnd", "bitOr"])}({Integer(depth - 1)}, {Integer(depth - 1)})",
        };
    }

    private string Number(int depth)
    {
        if (depth <= 0) return random.Pick<string>(Numbers);
        return random.Below(4) switch
        {
            0 or 1 => $"({Number(depth - 1)} {random.Pick<string>(["+", "-", "*", "/"])} {Number(depth - 1)})",
            2 => $"double({Integer(depth - 1)})",
            _ => $"math.{random.Pick<string>(["round", "floor", "ceil", "abs", "sign", "trunc", "sqrt"])}({Number(depth - 1)})",
        };
    }

    private string Text(int depth)
    {
        if (depth <= 0) return random.Pick<string>(Texts);
        return random.Below(7) switch
        {
            0 or 1 => $"({Text(depth - 1)} + {Text(depth - 1)})",
            2 => $"string({Any(depth - 1)})",
            3 => $"{Text(depth - 1)}.substring({Integer(0)})",
            4 => $"{Text(depth - 1)}.{random.Pick<string>(["lowerAscii()", "upperAscii()", "trim()", "reverse()", "charAt(0)"])}",
            5 => $"{Text(depth - 1)}.replace({Text(0)}, {Text(0)})",
            _ => $"'%s %d'.format([{Any(depth - 1)}, {Integer(depth - 1)}])",
        };
    }

    private string List(int depth)
    {
        if (depth <= 0) return random.Pick<string>(Lists);
        return random.Below(6) switch
        {
            0 => $"[{Integer(depth - 1)}, {Integer(depth - 1)}]",
            1 => $"({List(depth - 1)} + {List(depth - 1)})",
            2 => $"{List(depth - 1)}.filter(f, f {Comparison()} {Integer(depth - 1)})",
            3 => $"{List(depth - 1)}.map(m, m {random.Pick<string>(["+", "*", "%"])} {Integer(depth - 1)})",
            4 => $"{List(depth - 1)}.{random.Pick<string>(["sort()", "distinct()", "reverse()", "slice(0, 1)", "flatten()"])}",
            _ => $"({Truth(depth - 1)} ? {List(depth - 1)} : {List(depth - 1)})",
        };
    }

    private string Comparison() => random.Pick<string>(["==", "!=", "<", "<=", ">", ">="]);
}
