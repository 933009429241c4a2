using Sallyport.Language.Tests.Cel;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>CEL sources of every kind: grown, mutated, souped, nested, oversized, noise.</summary>
internal sealed class CelSources(FuzzRandom random)
{
    /// <summary>Expressions of the refund workflow and of this project's tests.</summary>
    private static readonly string[] Seeds =
    [
        "args.amount_minor <= 5000 && facts.customer.tenure_days > 90 && size(facts.customer.flags) == 0",
        "args.amount_minor <= 50000 && facts.customer.tenure_days <= 90", "args.amount_minor <= 50000 && size(facts.customer.flags) > 0",
        "args.amount_minor > 5000 && args.amount_minor <= 50000", "facts.customer.flags.exists(flag, flag == 'legal-hold')", "true",
        "facts.order.disputed", "facts.order.disputed || args.amount_minor <= facts.order.refundable_minor",
        "facts.order.status != 'cancelled'", "args.currency == facts.order.currency",
        "facts.order.id == args.order_id && facts.order.customer_id == facts.customer.id", "region=${facts.order.region}",
        "facts.order.refunded_minor + args.amount_minor", "string(facts.x + 1)", "facts.list.exists(r, r == args.note)",
        "args.amount_minor == 500", "args.currency in ['USD', 'EUR']", "args.price * 3 == 100.02", "args.?price.orValue(1.5) > 1.0",
        "has(args.note) && args.note != null && args.note.size() == 1", "args.tags.all(t, t.startsWith('a'))", "args.tags.map(t, t + '!').join(',')",
        "args.customer.tenure_days > 30 ? 'old' : 'new'", "[1, 2, 0].exists(x, 2 / x == 1)", "{1: timestamp(0), true: duration('90s')}",
        "timestamp('2024-02-29T12:00:00Z') + duration('24h') > timestamp('2024-03-01T00:00:00Z')", "'a😀b'.substring(1, 2) == '😀'",
        "cel.bind(x, args.amount_minor, x * x > 100)", "[3, 1, 2].sort() == [1, 2, 3]", "[[1, [2]], [3]].flatten()", "1 + 2 * 3 - -4 % 5",
        "'%s is %d, %.3f, %x, %e'.format(['a', 1, 1.5, 255, 1e10])", "[1, 2, 3].map(x, x > 1, x * x)", "lists.range(10).filter(i, i % 2 == 0)",
        "{'a': 1}.transformMap(k, v, v + 1)", "'a,b,,c'.split(',', 2)", "'hello'.replace('l', 'L', 1).reverse()", "b'\\xff\\x00' + b'a'",
        "ip('10.0.0.1') in [ip('::1')]", "cidr('10.0.0.0/8').containsIP('10.1.2.3')", "math.greatest(1, 2u, 3.5)", "decimal('0.10') + decimal('0.2')",
        "r'\\d+' + \"\"\"x'y\"\"\" + '\\u00e9\\U0001F600'", "optional.of(1).optMap(x, x + 1).value()", "[1, 2][?2].hasValue()", "-9223372036854775808 / -1",
        "18446744073709551615u + 1u", "1e308 * 10.0", "type(args) == map", "dyn(1) == dyn(1.0)", "{'a': {'b': [1, {'c': 2}]}}.a.b[1].c // end",
        "strings.quote('a\\n\"')", "'x'.matches('^(a+)+$')", "base64.decode(base64.encode(b'abc'))", "timestamp('2024-01-01T00:00:00Z').getFullYear('Europe/Vienna')",
    ];

    private static readonly string[] Tokens =
    [
        "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "!", "-", "+", "*", "/", "%", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "?.", "[?", "'",
        "\"", "'''", "r'", "b'", "\\", "//", "\n", "`", "`a-b`", "0", "1", "-1", "7u", "0x7fffffffffffffff", "9223372036854775808", "1e", ".5", "1.", "1e999",
        "true", "false", "null", "args", "facts", "args.amount_minor", "facts.x", "x", "_", "__result__", "@it", "has", "size", "all", "exists", "map", "filter",
        "matches", "format", "int", "type", "duration('1h')", "timestamp('9999-12-31T23:59:59Z')", "'😀'", "'\\ud800'", "$", "#", "=", "&", "|", "~", "^", ";",
        "if", "for", "while", "package", "Money{units: 1}", ".a", "cel.bind(x, 1, x)", "optional.none()", "double('NaN')", "double('Infinity')",
    ];

    private readonly FuzzText _text = new(random);

    private readonly TypedSources _typed = new(random);

    internal string Next() => random.Below(100) switch
    {
        < 30 => random.Chance(2) ? _typed.Truth(1 + random.Below(3)) : _typed.Any(random.Below(3)),
        < 42 => Grown(),
        < 60 => _text.Mutate(random.Pick<string>(Seeds), random.Pick<string>(Seeds), Tokens),
        < 68 => _text.Mutate(_typed.Truth(1), random.Pick<string>(Seeds), Tokens),
        < 75 => $"({random.Pick<string>(Seeds)}) {random.Pick<string>(["==", "&&", "||", "+", "in", "? 1 :"])} ({_typed.Any(1)})",
        < 86 => _text.Soup(Tokens, 20),
        < 93 => _text.Units(60),
        < 95 => Deep(),
        < 98 => Huge(),
        _ => random.Chance(3) ? Costly() : _typed.Any(1),
    };

    private string Grown() => new RandomExpressions(random.Below(int.MaxValue)).Next();

    private string Deep() => random.Below(8) switch
    {
        0 => _text.Nested("(", "1", ")", 300),
        1 => _text.Nested("[", "1", "]", 300),
        2 => _text.Nested("{'a': ", "1", "}", 200),
        3 => _text.Nested("!", "true", "", 400),
        4 => _text.Nested("[1].map(x, ", "x", ")", 60),
        5 => _text.Nested("true ? ", "1", " : 2", 150),
        6 => _text.Nested("size(", "'a'", ")", 200),
        _ => _text.Nested("args.", "a", "[0].b()", 200),
    };

    private string Huge() => random.Below(5) switch
    {
        0 => _text.HugeNumber(),
        1 => $"'{new string('a', random.Below(3000))}'.size() == {_text.HugeNumber()}",
        2 => $"decimal('{_text.HugeNumber()}') * decimal('{_text.HugeNumber()}')",
        3 => $"double('{_text.HugeNumber()}') + {_text.HugeNumber()}",
        _ => string.Join(" + ", Enumerable.Repeat("1", random.Below(200))),
    };

    /// <summary>What costs much more than it looks like.</summary>
    private string Costly() => random.Below(8) switch
    {
        0 => $"lists.range({random.Pick<string>(["5", "1000", "19000", "1000000", "9223372036854775807"])}).map(x, [x, x]).size() > 1",
        1 => $"'{new string('a', random.Below(60))}!'.matches('{_text.Evil()}')",
        2 => _text.Nested("lists.range(30).all(x, ", "true", ")", 8),
        3 => $"'%.{random.Below(2000)}f %{random.Below(2000)}d'.format([1.5, 2])",
        4 => $"'{new string('a', 40)}'.replace('', '{new string('b', 40)}').replace('b', 'cccc').size()",
        5 => $"[[1, 2], [3]].map(x, lists.range({random.Below(2000)}).map(y, x)).flatten({random.Below(9)}).distinct()",
        6 => $"cel.bind(a, 'aaaaaaaaaa', cel.bind(b, a + a + a + a, cel.bind(c, b + b + b + b, c + c + c + c).size()))",
        _ => $"args.note.matches(args.currency) || '{_text.Evil()}'.matches('{_text.Evil()}')",
    };
}
