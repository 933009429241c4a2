using System.Globalization;
using Sallyport.Proofs.Policies;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>Random policies over <see cref="TestPolicy"/>'s world from a seed, within what the solver decides exactly.</summary>
/// <param name="seed">The seed.</param>
/// <param name="withOpaque">Also what the solver does not look into.</param>
internal sealed class RandomPolicies(int seed, bool withOpaque = false)
{
    private static readonly string[] Opaque =
    [
        "args.amount / 7 > 100", "args.amount % 2 == 0", "has(args.note) && args.note.matches('^[a-m]')", "args.note.size() > 3", "args.price * 2.0 > args.price + 100.5",
        "double(args.amount) * 0.5 < 1000.0", "facts.order.region + facts.order.owner == 'euus'", "facts.customer.flags.exists(f, f.startsWith('v'))", "facts.customer.flags[0] == 'vip'",
        "facts.customer.flags.filter(f, f != 'x').size() == size(facts.customer.flags)", "facts.order.region.endsWith('west')", "facts.order.owner.contains('u') || args.urgent",
        "int(facts.order.region) > 5", "args.amount * facts.order.total > 50000", "facts.order.region < facts.order.owner", "cel.bind(n, args.amount + 1, n > 90 && n % 3 == 0)",
        "[args.amount, facts.order.total].exists(n, n > 99990)", "dyn(args.amount) == args.currency", "args.?note.orValue('none') == 'none'", "-args.amount < -50",
        "(args.quota == null ? 0 : args.quota) > 50", "args.price == double(args.amount)",
    ];

    private static readonly (string Path, bool Optional)[] Integers =
        [("args.amount", false), ("args.quantity", true), ("facts.order.total", false), ("facts.order.refunded", false), ("facts.customer.tenure", false), ("facts.customer.score", true)];

    private static readonly (string Path, bool Optional)[] Texts =
        [("args.currency", false), ("args.note", true), ("facts.order.region", false), ("facts.order.owner", false), ("facts.order.coupon", true), ("facts.customer.level", false)];

    private static readonly string[] Words = ["USD", "EUR", "gold", "basic", "eu", "eu-west", "eu-west-1", "us", "", "x"];
    private static readonly string[] Flags = ["fraud", "vip", "hold"];
    private static readonly string[] Orders = ["<", "<=", ">", ">=", "==", "!="];
    private static readonly int[] Numbers = [0, 1, 5, 50, 90, 100, 500, 5000, 99999, 100000, 1000000];

    private readonly Random _random = new(seed);

    internal TestPolicy Next(string? args = null)
    {
        var policy = new TestPolicy(args);
        if (_random.Next(3) == 0) policy.Assume("eligible", Condition(1));
        foreach (var i in Enumerable.Range(0, _random.Next(1, 6)))
            policy.Rule($"r{i}", Condition(2), (RuleEffect)_random.Next(4), _random.Next(1, 4), Pick("group:leads", "group:finance"), Pick("legal", "fraud"));
        policy.Never("never", $"decision == '{Pick("auto", "approve", "escalate", "deny")}' && {Condition(1)}");
        policy.Always("always", $"{Condition(1)} ? approvals >= {_random.Next(4)} : true");
        return policy;
    }

    /// <summary>The same policy with one rule added, dropped or changed.</summary>
    internal TestPolicy Vary(TestPolicy policy, string? args = null)
    {
        var varied = new TestPolicy(args);
        foreach (var assumption in policy.Assumptions) varied.Assume(assumption.Id, assumption.Condition.Source);
        foreach (var invariant in policy.Invariants)
            if (invariant.Never) varied.Never(invariant.Id, invariant.Condition.Source);
            else varied.Always(invariant.Id, invariant.Condition.Source);
        var changed = _random.Next(policy.Rules.Count + 1);
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            var rule = policy.Rules[i];
            if (i == changed && _random.Next(4) == 0) continue;
            var when = i == changed && _random.Next(2) == 0 ? $"{rule.When.Source} {Pick("&&", "||")} {Condition(1)}" : rule.When.Source;
            var effect = i == changed && _random.Next(3) == 0 ? (RuleEffect)_random.Next(4) : rule.Effect;
            varied.Rule(rule.Id, when, effect, i == changed ? _random.Next(1, 4) : Math.Max(rule.Approvals, 1), rule.Approvers is [var who] ? who : "group:leads", rule.EscalateTo ?? "legal");
        }

        if (changed == policy.Rules.Count || varied.Rules.Count == 0) varied.Rule("added", Condition(2), (RuleEffect)_random.Next(4), _random.Next(1, 4));
        return varied;
    }

    internal string Condition(int depth)
    {
        if (depth == 0 || _random.Next(4) == 0) return Atom();
        return _random.Next(6) switch
        {
            0 => $"!({Condition(depth - 1)})",
            1 or 2 => $"({Condition(depth - 1)} && {Condition(depth - 1)})",
            3 or 4 => $"({Condition(depth - 1)} || {Condition(depth - 1)})",
            _ => $"({Condition(depth - 1)} ? {Condition(depth - 1)} : {Condition(depth - 1)})",
        };
    }

    private string Atom() => withOpaque && _random.Next(3) == 0 ? Pick(Opaque) : _random.Next(16) switch
    {
        0 or 1 or 2 => Guarded(Integers[_random.Next(Integers.Length)], path => $"{path} {Order()} {Number()}"),
        3 => $"{Integer()} {Order()} {Integer()}",
        4 => $"{Integer()} + {Integer()} {Order()} {Integer()}",
        5 => $"{_random.Next(2, 5)} * {Integer()} - {Integer()} {Order()} {Number()}",
        6 => $"args.price {Order()} {(_random.Next(100_000) / 100m).ToString("0.00", CultureInfo.InvariantCulture)}",
        7 => $"args.price {Order()} {Integer()}",
        8 => Guarded(Texts[_random.Next(Texts.Length)], path => $"{path} {Pick("==", "!=")} '{Word()}'"),
        9 => Guarded(Texts[_random.Next(Texts.Length)], path => $"{path} in ['{Word()}', '{Word()}']"),
        10 => Guarded(Texts[_random.Next(Texts.Length)], path => $"{path}.startsWith('{Word()}')"),
        11 => $"{Text()} {Pick("==", "!=")} {Text()}",
        12 => Pick($"'{Pick(Flags)}' in facts.customer.flags", $"facts.customer.flags.exists(f, f == '{Pick(Flags)}')", $"facts.customer.flags.all(f, f != '{Pick(Flags)}')",
            $"facts.customer.flags.all(f, f in ['{Pick(Flags)}', '{Pick(Flags)}'])"),
        13 => $"size(facts.customer.flags) {Order()} {_random.Next(4)}",
        14 => Pick("args.quota == null", $"args.quota != null && args.quota {Order()} {Number()}", $"args.quota {Order()} {_random.Next(1000)}"),
        _ => Pick("has(args.note)", "has(args.urgent) && args.urgent", "args.urgent", "has(facts.customer.vip)", "facts.customer.vip", "has(facts.order.coupon)", "true", "false"),
    };

    private string Guarded((string Path, bool Optional) member, Func<string, string> test) =>
        member.Optional && _random.Next(3) > 0 ? $"(has({member.Path}) && {test(member.Path)})" : test(member.Path);

    private string Integer() => Integers[_random.Next(Integers.Length)].Path;

    private string Text() => Texts[_random.Next(Texts.Length)].Path;

    private string Word() => Pick(Words);

    private string Number() => Numbers[_random.Next(Numbers.Length)].ToString(CultureInfo.InvariantCulture);

    private string Order() => Pick(Orders);

    private string Pick(params string[] options) => options[_random.Next(options.Length)];
}
