using System.Text.Json;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>
/// One place of the input, such as <c>facts.order.region</c>, with the variables that stand for what is there. Two versions of a contract
/// give two schemas for the same place; the variables then range over both.
/// </summary>
internal sealed partial class Site
{
    private static readonly Rational LeastInt = long.MinValue;
    private static readonly Rational GreatestInt = long.MaxValue;

    /// <summary>Of so many items every combination is counted; of more only these.</summary>
    private const int MaxCounted = 6;

    private readonly FormulaPool _pool;
    private readonly Dictionary<string, Site> _members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Formula> _listed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (string[] Literals, Formula Formula)> _others = new(StringComparer.Ordinal);
    private bool _hasNull;
    private bool _isInt;
    private string _sizeLimit = "maxItems";

    private Site(FormulaPool pool, string path, Site? parent, string name, SchemaView[] schemas)
    {
        (_pool, Path, Parent, Name, Schemas) = (pool, path, parent, name, schemas);
        var always = parent is null || schemas.Length > 0 && parent.Schemas.All(schema => schema.Requires(name));
        Presence = always ? Formula.True : pool.Bool(pool.Variable($"has({path})", Sort.Bool));
    }

    /// <summary>The root of a declared variable.</summary>
    internal static Site Root(FormulaPool pool, string variable, IEnumerable<SchemaView> schemas) => new(pool, variable, null, variable, [.. schemas]);

    internal string Path { get; }

    internal string Name { get; }

    internal Site? Parent { get; }

    /// <summary>What each contract says of the place.</summary>
    internal SchemaView[] Schemas { get; }

    /// <summary>The parent has the member.</summary>
    internal Formula Presence { get; }

    /// <summary>The place can be reached: every step towards it is there.</summary>
    internal Formula Exists => Parent is null ? Presence : _pool.And(Parent.Exists, !Parent.IsNull, Presence);

    /// <summary>What is there is null. False unless the type allows null.</summary>
    internal Formula IsNull => _hasNull ? _pool.Bool(_pool.Variable($"{Path} == null", Sort.Bool)) : Formula.False;

    internal IEnumerable<Site> Members => _members.Values;

    /// <summary>The variable of a number or text, once it is used.</summary>
    internal Variable? Scalar { get; private set; }

    /// <summary>What one unit of <see cref="Scalar"/> is worth: a number with <c>multipleOf</c> counts its multiples.</summary>
    internal Rational Unit { get; private set; } = 1;

    /// <summary>The boolean, once it is used.</summary>
    internal Formula? Truth { get; private set; }

    /// <summary>How many items or code points, once it is used.</summary>
    internal Variable? Size { get; private set; }

    /// <summary>The literals that a list was asked for, by their JSON text.</summary>
    internal IReadOnlyDictionary<string, Formula> Listed => _listed;

    internal Site Member(string name)
    {
        if (_members.TryGetValue(name, out var known)) return known;
        var plain = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        // Escaped, as a member may be called "a']['b" and is not the b of an a.
        var path = plain ? $"{Path}.{name}" : $"{Path}['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";
        return _members[name] = new Site(_pool, path, this, name, [.. Schemas.Select(schema => schema.Member(name))]);
    }

    internal void AllowNull() => _hasNull = true;

    /// <summary>The number here, as a sum of one variable.</summary>
    internal LinearSum Number(bool isInt)
    {
        if (Truth is not null || (Scalar is not null && (Scalar.Sort == Sort.Text || _isInt != isInt))) throw new SiteConflictException(Path);
        if (Scalar is null)
        {
            _isInt = isInt;
            var steps = Schemas.Select(schema => schema.Bound("multipleOf")).Distinct().ToList();
            // One step for all contracts, or none: counting multiples of different steps would exclude inputs.
            if (steps is [{ Sign: > 0 } step] && (!isInt || step.IsInteger)) Unit = step;
            var (least, greatest) = Bounds(isInt);
            var counts = isInt || steps is [{ Sign: > 0 }];
            Scalar = _pool.Variable(Unit == 1 ? Path : $"{Path} / {Unit}", counts ? Sort.Int : Sort.Real,
                least is { } low ? (counts ? (low / Unit).Ceiling() : low / Unit) : null, greatest is { } high ? (counts ? (high / Unit).Floor() : high / Unit) : null);
        }

        return LinearSum.Of(Scalar, Unit);
    }

    /// <summary>An integer that does not fit 64 bits is valid JSON, but reading it is an error.</summary>
    internal Formula FitsInt()
    {
        var number = Number(isInt: true);
        return _pool.And(_pool.NotPositive(LinearSum.Of(LeastInt).Minus(number)), _pool.NotPositive(number.Minus(LinearSum.Of(GreatestInt))));
    }

    internal Variable Text()
    {
        if (Scalar is { Sort: not Sort.Text } || Truth is not null) throw new SiteConflictException(Path);
        return Scalar ??= _pool.Variable(Path, Sort.Text);
    }

    internal Formula Boolean()
    {
        if (Scalar is not null) throw new SiteConflictException(Path);
        return Truth ??= _pool.Bool(_pool.Variable(Path, Sort.Bool));
    }

    /// <summary>The number of items (or code points) here.</summary>
    internal Variable Count(bool ofItems)
    {
        var (least, greatest) = ofItems ? ("minItems", "maxItems") : ("minLength", "maxLength");
        _sizeLimit = greatest;
        return Size ??= _pool.Variable($"size({Path})", Sort.Int, Schemas.Min(schema => schema.Count(least) ?? 0),
            Schemas.All(schema => schema.Count(greatest) is not null) ? Schemas.Max(schema => schema.Count(greatest)!.Value) : null);
    }

    /// <summary>A literal, given as JSON, is among the items.</summary>
    internal Formula Lists(string json)
    {
        if (!_listed.TryGetValue(json, out var known))
            _listed[json] = known = _pool.Bool(_pool.Variable($"{json} in {Path}", Sort.Bool));
        return known;
    }

    /// <summary>An item that is none of these literals is among the items.</summary>
    internal Formula ListsOther(IEnumerable<string> literals)
    {
        string[] sorted = [.. literals.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (var json in sorted) Lists(json);
        var name = $"an item of {Path} besides {string.Join(" ", sorted)}";
        if (!_others.TryGetValue(name, out var known)) _others[name] = known = (sorted, _pool.Bool(_pool.Variable(name, Sort.Bool)));
        return known.Formula;
    }

    /// <summary>An item that no condition names is among the items; null if nothing asks for one.</summary>
    internal Formula? ListsUnnamed => _others.Count == 0 ? null : _pool.Bool(_pool.Variable($"an unnamed item in {Path}", Sort.Bool));

    /// <summary>What contract <paramref name="contract"/> demands of this place.</summary>
    internal IEnumerable<Formula> Demands(int contract)
    {
        var schema = Schemas[contract];
        if (Parent is { } parent)
        {
            if (parent.Schemas[contract].Requires(Name)) yield return _pool.Implies(_pool.And(parent.Exists, !parent.IsNull), Presence);
            if (parent.Schemas[contract].Forbids(Name)) yield return !Presence;
        }

        if (_hasNull && !AllowsNull(schema)) yield return _pool.Implies(Exists, !IsNull);
        var applies = _pool.And(Exists, !IsNull);
        if (Scalar is { Sort: Sort.Text } text && schema.Values is { } texts)
            yield return _pool.Implies(applies, _pool.Or([.. texts.Where(value => value.ValueKind == JsonValueKind.String).Select(value => _pool.Text(text, TextTest.Equals, value.GetString()!))]));
        if (Scalar is { Sort: Sort.Int or Sort.Real } number)
        {
            var written = LinearSum.Of(number, Unit);
            foreach (var demand in NumberDemands(written, schema)) yield return _pool.Implies(applies, demand);
            if (Nearest is { } nearest)
                foreach (var demand in NearestDemands(written, LinearSum.Of(nearest, 1), schema)) yield return _pool.Implies(applies, demand);
        }

        if (Truth is { } truth && schema.Values is { } truths)
        {
            foreach (var (kind, formula) in new[] { (JsonValueKind.True, truth), (JsonValueKind.False, !truth) })
                if (truths.All(value => value.ValueKind != kind)) yield return _pool.Implies(applies, !formula);
        }

        if (Size is { } size && schema.Count(_sizeLimit) is { } most)
            yield return _pool.Implies(applies, _pool.NotPositive(LinearSum.Of(size, 1).Minus(LinearSum.Of(most))));
        foreach (var demand in ListDemands(schema)) yield return _pool.Implies(applies, demand);
    }

    private IEnumerable<Formula> NumberDemands(LinearSum number, SchemaView schema)
    {
        if (schema.Bound("minimum") is { } least) yield return _pool.NotPositive(LinearSum.Of(least).Minus(number));
        if (schema.Bound("maximum") is { } most) yield return _pool.NotPositive(number.Minus(LinearSum.Of(most)));
        if (schema.Bound("exclusiveMinimum") is { } above) yield return _pool.Negative(LinearSum.Of(above).Minus(number));
        if (schema.Bound("exclusiveMaximum") is { } below) yield return _pool.Negative(number.Minus(LinearSum.Of(below)));
        if (schema.Numbers is { } values) yield return _pool.Or([.. values.Select(value => _pool.IsZero(number.Minus(LinearSum.Of(value))))]);
    }

    /// <summary>How membership and size go together: k different items need a size of k, and some item is there unless it is empty.</summary>
    private IEnumerable<Formula> ListDemands(SchemaView schema)
    {
        if ((_listed.Count == 0 && _others.Count == 0) || Size is not { } size) yield break;
        var unnamed = ListsUnnamed;
        foreach (var (literals, formula) in _others.Values)
            yield return _pool.Same(formula, _pool.Or([unnamed!.Value, .. _listed.Where(item => !literals.Contains(item.Key)).Select(item => item.Value)]));

        // Where nothing asks for an unnamed item there may always be one, so emptiness says nothing about the named ones.
        Formula[] members = [.. _listed.Values, .. unnamed is { } open ? [open] : Array.Empty<Formula>()];
        if (unnamed is not null) yield return _pool.Implies(_pool.Negative(LinearSum.Of(size, -1)), _pool.Or(members));
        for (var subset = 1; subset < 1 << Math.Min(members.Length, MaxCounted); subset++)
        {
            var chosen = members.Where((_, i) => i < MaxCounted && (subset >> i & 1) != 0).ToArray();
            yield return _pool.Implies(_pool.And(chosen), _pool.NotPositive(LinearSum.Of(chosen.Length).Minus(LinearSum.Of(size, 1))));
        }

        if (schema.Items.Values is not { } allowed) yield break;
        var texts = allowed.Select(Json).ToHashSet(StringComparer.Ordinal);
        foreach (var (json, formula) in _listed) if (!texts.Contains(json)) yield return !formula;
        if (unnamed is { } another && texts.All(_listed.ContainsKey)) yield return !another;
    }

    private (Rational? Least, Rational? Greatest) Bounds(bool isInt)
    {
        Rational? least = null, greatest = null;
        for (var i = 0; i < Schemas.Length; i++)
        {
            var (low, high) = (Tighter(Schemas[i].Bound("minimum"), Schemas[i].Bound("exclusiveMinimum"), 1), Tighter(Schemas[i].Bound("maximum"), Schemas[i].Bound("exclusiveMaximum"), -1));
            if (isInt) (low, high) = (low is { } l ? (Rational)l.Ceiling() : null, high is { } h ? (Rational)h.Floor() : null);
            least = i == 0 ? low : least is { } a && low is { } b ? (a < b ? a : b) : null;
            greatest = i == 0 ? high : greatest is { } c && high is { } d ? (c > d ? c : d) : null;
        }

        return (least, greatest);
    }

    /// <summary>The tighter of an inclusive and an exclusive bound, taken as inclusive; <see cref="NumberDemands"/> adds the strictness.</summary>
    private static Rational? Tighter(Rational? inclusive, Rational? exclusive, int sign) =>
        inclusive is { } a && exclusive is { } b ? ((a - b) * sign > Rational.Zero ? a : b) : inclusive ?? exclusive;

    /// <summary>One spelling of each scalar, so that membership is asked in the same words.</summary>
    internal static string Json(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        JsonValueKind.Number => Rational.FromJson(value.GetRawText())?.ToString() ?? value.GetRawText(),
        _ => value.GetRawText(),
    };

    private static bool AllowsNull(SchemaView schema) => !schema.IsKnown || schema.Get("type") switch
    {
        { ValueKind: JsonValueKind.Array } types => types.EnumerateArray().Any(type => type.ValueEquals("null")),
        { ValueKind: JsonValueKind.String } type => type.ValueEquals("null"),
        _ => true,
    };
}

/// <summary>Two versions of a contract declare a place with types that cannot be compared.</summary>
internal sealed class SiteConflictException(string path) : Exception($"{path} has another type in the other version.")
{
    internal string Path { get; } = path;
}
