using System.Collections.Immutable;
using System.Numerics;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>
/// Turns a checked CEL expression into formulas that say when it is true, false and an error. What it does not look into becomes a free
/// variable: the formulas then allow more than the expression does, never less, so that what is proved of them holds of the expression.
/// </summary>
internal sealed partial class Encoder
{
    private readonly InputSpace _space;
    private readonly FormulaPool _pool;
    private readonly CelProgram _program;
    private readonly IReadOnlyDictionary<string, Value> _given;
    private readonly List<(string Name, Value Value)> _locals = [];

    private Encoder(InputSpace space, CelProgram program, IReadOnlyDictionary<string, Value> given) =>
        (_space, _pool, _program, _given) = (space, space.Pool, program, given);

    /// <summary>Encodes a condition.</summary>
    /// <param name="space">The inputs.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="given">Variables whose value is known as formulas, such as the decision.</param>
    internal static TruthValue Condition(InputSpace space, CelProgram condition, IReadOnlyDictionary<string, Value>? given = null)
    {
        var encoder = new Encoder(space, condition, given ?? ImmutableDictionary<string, Value>.Empty);
        return encoder.Truth(condition.Ast);
    }

    /// <summary>Encodes a boolean part of a condition that stands outside every macro.</summary>
    internal static TruthValue Condition(InputSpace space, CelProgram condition, CelExpr part) =>
        new Encoder(space, condition, ImmutableDictionary<string, Value>.Empty).Truth(part);

    private Value Encode(CelExpr expr)
    {
        if (IsConstant(expr)) return Constant(_program.Evaluate(expr, _program.Environment.NewActivation()), expr);
        return expr switch
        {
            CelIdentifier identifier => Name(identifier),
            CelSelect { IsOptional: false } or CelIndex { IsOptional: false, Index: CelLiteral { Value.Kind: CelValueKind.String } } => Member(expr),
            CelPresence presence => Presence(presence),
            CelUnary { Operator: CelUnaryOperator.Not } not => Not(Truth(not.Operand)),
            CelUnary negate => Negate(negate),
            CelBinary binary => Binary(binary),
            CelConditional conditional => Choose(conditional),
            CelCall call => Call(call),
            CelListLiteral list when list.Elements.All(element => !element.IsOptional) => Elements([.. list.Elements.Select(element => Encode(element.Value))]),
            CelComprehension comprehension => Comprehension(comprehension),
            CelBind bind => WithLocal(bind.Variable, Encode(bind.Value), () => Encode(bind.Body)),
            _ => Opaque(expr),
        };
    }

    /// <summary>A condition: an error stays one, and what is known only at run time may be anything.</summary>
    private TruthValue Truth(CelExpr expr) => Encode(expr) switch
    {
        // Null is a value, but no truth: where one is needed it is an error.
        TruthValue truth => truth.IsNull.IsFalse ? truth : new TruthValue(_pool.Or(truth.IsTrue, truth.IsFalse), truth.IsTrue, truth.IsFalse),
        { Ok.IsFalse: true } => new TruthValue(Formula.False, Formula.False, Formula.False),
        _ => (TruthValue)Free(expr, CelType.Bool, null),
    };

    private static bool IsConstant(CelExpr expr) =>
        expr is not (CelIdentifier or CelComprehension or CelBind or CelOptionalMap) && SyntaxWalk.Children(expr).All(IsConstant);

    private Value Constant(CelValue value, CelExpr expr) => value.Kind switch
    {
        CelValueKind.Error => new OtherValue(Formula.False),
        CelValueKind.Bool => Known(value.AsBool),
        CelValueKind.Int => Whole(CelTypeKind.Int, value.AsInt),
        CelValueKind.Uint => Single(CelTypeKind.Uint, (BigInteger)value.AsUint),
        CelValueKind.Decimal => Single(CelTypeKind.Decimal, Rational.FromDecimal(value.AsDecimal)),
        CelValueKind.Double when double.IsFinite(value.AsDouble) => Single(CelTypeKind.Double, Rational.FromDouble(value.AsDouble)),
        CelValueKind.Timestamp => Single(CelTypeKind.Timestamp, ((BigInteger)value.TimestampSeconds * 1_000_000_000) + value.TimestampNanoseconds),
        CelValueKind.Duration => Whole(CelTypeKind.Duration, value.DurationNanoseconds),
        CelValueKind.String => Literal(value.AsString),
        CelValueKind.Null => new OtherValue(Formula.True) { IsNull = Formula.True },
        CelValueKind.List => Elements([.. value.AsList.Select(element => Constant(element, expr))]),
        _ => Opaque(expr),
    };

    private static TruthValue Known(bool value) => new(Formula.True, value ? Formula.True : Formula.False, value ? Formula.False : Formula.True);

    private static NumberValue Whole(CelTypeKind kind, long value) => Single(kind, value);

    private static NumberValue Single(CelTypeKind kind, Rational value) => new(Formula.True, kind, [(Formula.True, LinearSum.Of(value))]);

    private static TextValue Literal(string text) => new(Formula.True, [(Formula.True, null, text)]);

    private ElementsValue Elements(ImmutableArray<Value> elements) => new(_pool.And([.. elements.Select(element => element.Ok)]), elements);

    private static TruthValue Not(TruthValue operand) => new(operand.Ok, operand.IsFalse, operand.IsTrue);

    /// <summary>True or false as the formula says, where the value is ok.</summary>
    private TruthValue When(Formula ok, Formula holds) => new(ok, _pool.And(ok, holds), _pool.And(ok, !holds));

    private Value Name(CelIdentifier identifier)
    {
        for (var i = _locals.Count - 1; i >= 0; i--)
            if (!identifier.IsAbsolute && _locals[i].Name == identifier.Name) return _locals[i].Value;
        if (_program.VariableOf(identifier) is not { } variable) return Opaque(identifier);
        if (_given.TryGetValue(variable, out var given)) return given;
        return _space.Roots.TryGetValue(variable, out var root) ? At(root, _program.TypeOf(identifier)) : Opaque(identifier);
    }

    private Value Member(CelExpr expr)
    {
        if (expr is CelSelect qualified && _program.VariableOf(qualified) is { } variable)
            return _space.Roots.TryGetValue(variable, out var root) ? At(root, _program.TypeOf(expr)) : Opaque(expr);
        var (operand, name) = expr is CelSelect select ? (select.Operand, select.Field) : (((CelIndex)expr).Operand, ((CelLiteral)((CelIndex)expr).Index).Value.AsString);
        return Encode(operand) is SiteValue { Type.Kind: CelTypeKind.Object } parent ? At(parent.Site.Member(name), _program.TypeOf(expr)) : Opaque(expr);
    }

    private Value Presence(CelPresence presence)
    {
        if (Encode(presence.Operand) is not SiteValue { Type.Kind: CelTypeKind.Object } parent) return Opaque(presence);
        return When(_pool.And(parent.Ok, !parent.IsNull), parent.Site.Member(presence.Field).Presence);
    }

    /// <summary>What stands at a place, read as its static type.</summary>
    private Value At(Site site, CelType type)
    {
        if (type.Kind == CelTypeKind.Nullable)
        {
            site.AllowNull();
            return At(site, type.Parameters[0]) with { IsNull = site.IsNull };
        }

        var ok = _pool.And(site.Exists, _pool.Or(site.IsNull, Readable(site, type)));
        return type.Kind switch
        {
            CelTypeKind.Bool => new TruthValue(ok, _pool.And(ok, !site.IsNull, site.Boolean()), _pool.And(ok, !site.IsNull, !site.Boolean())),
            CelTypeKind.Int => new NumberValue(ok, CelTypeKind.Int, [(Formula.True, site.Number(isInt: true))]),
            CelTypeKind.Double => new NumberValue(ok, type.Kind, [(Formula.True, site.Double())]),
            CelTypeKind.Decimal => new NumberValue(ok, type.Kind, [(Formula.True, site.Number(isInt: false))]),
            CelTypeKind.String => new TextValue(ok, [(Formula.True, site.Text(), "")]),
            CelTypeKind.List or CelTypeKind.Object or CelTypeKind.Map => new SiteValue(ok, site, type),
            CelTypeKind.Null => new OtherValue(ok) { IsNull = Formula.True },
            _ => OpaqueAt(site, type),
        };
    }

    private Value OpaqueAt(Site site, CelType type)
    {
        _space.Approximate(site.Path);
        return FreeNamed(site.Path + " ?", type, _pool.And(site.Exists, Open("ok", site.Path)));
    }

    private Formula Open(string what, string of) => _pool.Bool(_pool.Variable($"{what}({of})", Sort.Bool, isOpaque: true));

    /// <summary>Valid JSON can be unreadable: an integer beyond 64 bits, a number beyond a double, a decimal of more than 28 digits.</summary>
    private Formula Readable(Site site, CelType type)
    {
        switch (type.Kind)
        {
            case CelTypeKind.Int:
                return site.FitsInt();
            case CelTypeKind.Double or CelTypeKind.Decimal:
                if (type.Kind == CelTypeKind.Double ? site.Schemas.All(FitsDouble) : site.Schemas.All(FitsDecimal)) return Formula.True;
                break;
            case CelTypeKind.List:
                // One unreadable item makes the list unreadable, as "x in list" must not skip it.
                if (site.Schemas.All(schema => ItemsFit(schema.Items, type.Parameters[0]))) return Formula.True;
                break;
            default:
                return Formula.True;
        }

        _space.Approximate($"{site.Path} (no bounds that keep every value readable as {type})");
        return Open("readable", site.Path);
    }

    private static bool ItemsFit(SchemaView items, CelType type) => type.Kind switch
    {
        CelTypeKind.Int => Within(items, long.MinValue, long.MaxValue),
        CelTypeKind.Double => FitsDouble(items),
        CelTypeKind.Decimal => FitsDecimal(items),
        CelTypeKind.List => ItemsFit(items.Items, type.Parameters[0]),
        CelTypeKind.String or CelTypeKind.Bool or CelTypeKind.Object or CelTypeKind.Map => true,
        CelTypeKind.Nullable => ItemsFit(items, type.Parameters[0]),
        _ => false,
    };

    private static bool Within(SchemaView schema, Rational least, Rational most) =>
        schema.Bound("minimum") is { } low && low >= least && schema.Bound("maximum") is { } high && high <= most;

    private static bool FitsDouble(SchemaView schema) => Within(schema, Rational.FromDouble(double.MinValue), Rational.FromDouble(double.MaxValue));

    private static bool FitsDecimal(SchemaView schema)
    {
        if (schema.Bound("multipleOf") is not { Sign: > 0 } step || step.ToJson() is not { } text || text.Length > 28) return false;
        var scale = text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        Rational limit = BigInteger.Pow(10, 28 - scale);
        return Within(schema, -limit, limit);
    }

    private Value Negate(CelUnary negate) => Encode(negate.Operand) switch
    {
        NumberValue { Kind: CelTypeKind.Int } number => Arithmetic(CelBinaryOperator.Subtract, Whole(number.Kind, 0), number, negate),
        NumberValue { Kind: CelTypeKind.Decimal or CelTypeKind.Double } number =>
            number with { Ok = _pool.And(number.Ok, !number.IsNull), IsNull = Formula.False, Cases = [.. number.Cases.Select(one => (one.When, one.Sum.Times(-1)))] },
        _ => Opaque(negate),
    };

    private Value Choose(CelConditional conditional)
    {
        var condition = Truth(conditional.Condition);
        var (then, otherwise) = (Encode(conditional.Then), Encode(conditional.Else));
        var ok = _pool.Or(_pool.And(condition.IsTrue, then.Ok), _pool.And(condition.IsFalse, otherwise.Ok));
        var isNull = _pool.If(condition.IsTrue, then.IsNull, otherwise.IsNull);
        return (then, otherwise) switch
        {
            (TruthValue a, TruthValue b) => new TruthValue(ok,
                _pool.Or(_pool.And(condition.IsTrue, a.IsTrue), _pool.And(condition.IsFalse, b.IsTrue)),
                _pool.Or(_pool.And(condition.IsTrue, a.IsFalse), _pool.And(condition.IsFalse, b.IsFalse))) { IsNull = isNull },
            (NumberValue a, NumberValue b) when a.Kind == b.Kind => new NumberValue(ok, a.Kind,
                [.. a.Cases.Select(one => (_pool.And(condition.IsTrue, one.When), one.Sum)), .. b.Cases.Select(one => (_pool.And(!condition.IsTrue, one.When), one.Sum))]) { IsNull = isNull },
            (TextValue a, TextValue b) => new TextValue(ok,
                [.. a.Cases.Select(one => (_pool.And(condition.IsTrue, one.When), one.Variable, one.Literal)), .. b.Cases.Select(one => (_pool.And(!condition.IsTrue, one.When), one.Variable, one.Literal))]) { IsNull = isNull },
            _ => Free(conditional, _program.TypeOf(conditional), ok),
        };
    }

    private T WithLocal<T>(string name, Value value, Func<T> body)
    {
        _locals.Add((name, value));
        var result = body();
        _locals.RemoveAt(_locals.Count - 1);
        return result;
    }
}
