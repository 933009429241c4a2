namespace Sallyport.Language.Tests.Cel;

/// <summary>
/// Random conditions that check against <see cref="CelProbe.Refund"/>, from a seed: mostly of what a delegate evaluates on the spot, with
/// other expressions strewn in.
/// </summary>
internal sealed class RandomConditions(int seed)
{
    private static readonly string[] Wholes =
    [
        "args.amount_minor", "args.customer.tenure_days", "size(args.tags)", "args.tags.size()", "size(args.customer)", "500", "501", "7", "0", "1",
        "-9223372036854775808", "9223372036854775807", "size(args.currency)", "(-args.amount_minor)", "args.amount_minor * 2", "facts.x", "facts.gone",
        "args.amount_minor / args.customer.tenure_days",
    ];

    private static readonly string[] Texts =
        ["args.currency", "args.note", "'USD'", "'EUR'", "'a'", "''", "'a😀'", "(args.currency + 'x')", "facts.list[1]", "string(args.amount_minor)", "args.tags[0]"];

    private static readonly string[] Prices = ["args.price", "12.5", "12", "0.01", "decimal('12.50')", "args.amount_minor", "args.price * 2"];

    private static readonly string[] Ratios = ["args.ratio", "0.25", "1.0", "double('NaN')", "args.ratio / 0.0"];

    private static readonly string[] Flags = ["true", "false", "facts.flag", "has(args.note)", "has(args.price)", "has(args.customer.tenure_days)", "has(facts.x)"];

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly Random _random = new(seed);

    public string Next() => Condition(_random.Next(1, 5), "");

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private string Condition(int depth, string element)
    {
        if (depth == 0)
            return Leaf(element);
        return _random.Next(10) switch
        {
            0 or 1 or 2 => $"({Condition(depth - 1, element)} && {Condition(depth - 1, element)})",
            3 or 4 or 5 => $"({Condition(depth - 1, element)} || {Condition(depth - 1, element)})",
            6 => $"!({Condition(depth - 1, element)})",
            7 => $"({Condition(depth - 1, element)} ? {Condition(depth - 1, element)} : {Condition(depth - 1, element)})",
            8 when element.Length < 2 && _random.Next(3) == 0 =>
                $"args.lines.{Pick(["all", "exists"])}({element}l, {LineLeaf(element + "l")} {Pick(["&&", "||"])} {LineLeaf(element + "l")})",
        8 when element.Length < 2 =>
                $"{Pick(["args.tags", "['a', 'b']", "facts.list", "args.customer"])}.{Pick(["all", "exists", "exists_one"])}" +
                $"({element}t, {Condition(depth - 1, element + "t")})",
            _ => Leaf(element),
        };
    }

    private string Leaf(string element) => _random.Next(element.Length > 0 ? 14 : 11) switch
    {
        0 or 1 or 2 => $"{Whole()} {Pick(Comparisons)} {Whole()}",
        3 or 4 => $"{Pick(Texts)} {Pick(Comparisons)} {Pick(Texts)}",
        5 => $"{Pick(Prices)} {Pick(Comparisons)} {Pick(Prices)}",
        6 => $"{Pick(Ratios)} {Pick(Comparisons)} {Pick(Ratios)}",
        7 => $"{Pick(Texts)} in ['USD', 'a', 'b']",
        8 => $"{Whole()} in [1, 7, 500]",
        9 => $"{Pick(Texts)}.{Pick(["startsWith", "endsWith", "contains"])}({Pick(Texts)})",
        10 => Pick(Flags),
        _ => $"{element} {Pick(["==", "!="])} {Pick(Texts)}",
    };

    /// <summary>A condition on an element that is an object.</summary>
    private string LineLeaf(string line) => _random.Next(8) switch
    {
        0 => $"{line}.sku {Pick(Comparisons)} {Pick(Texts)}",
        1 or 2 => $"{line}.qty {Pick(["+", "-"])} {Pick(Wholes)} {Pick(Comparisons)} {line}.qty",
        3 => $"{line}.price {Pick(Comparisons)} {Pick(Prices)}",
        4 => $"has({line}.{Pick(["price", "origin", "origin.country"])})",
        5 => $"{line}.origin.country in ['a', 'USD']",
        6 => $"size({line}.origin.tags) {Pick(Comparisons)} {Whole()}",
        _ => $"{line}.origin.tags.{Pick(["all", "exists"])}(t, t {Pick(["==", "!="])} {line}.sku)",
    };

    private string Whole() => _random.Next(4) == 0 ? $"{Pick(Wholes)} {Pick(["+", "-"])} {Pick(Wholes)}" : Pick(Wholes);
}
