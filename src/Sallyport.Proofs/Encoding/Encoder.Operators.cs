using System.Collections.Immutable;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>Operators: logic with absorbed errors, comparison, exact arithmetic.</summary>
internal sealed partial class Encoder
{
    /// <summary>More cases than this are not multiplied out.</summary>
    private const int MaxCases = 64;

    /// <summary>Up to here every whole number is a double, and comparing with one is exact.</summary>
    private static readonly Rational LargestExactDouble = 1L << 53;

    private Value Binary(CelBinary binary)
    {
        switch (binary.Operator)
        {
            case CelBinaryOperator.And:
                return And(Truth(binary.Left), Truth(binary.Right));
            case CelBinaryOperator.Or:
                return Not(And(Not(Truth(binary.Left)), Not(Truth(binary.Right))));
            case CelBinaryOperator.Equal or CelBinaryOperator.NotEqual:
                var equal = Equal(Encode(binary.Left), Encode(binary.Right));
                if (equal is null) return Opaque(binary);
                return binary.Operator == CelBinaryOperator.Equal ? equal : Not(equal);
            case CelBinaryOperator.Less or CelBinaryOperator.LessOrEqual or CelBinaryOperator.Greater or CelBinaryOperator.GreaterOrEqual:
                return Compare(binary);
            case CelBinaryOperator.In:
                return In(Encode(binary.Left), Encode(binary.Right)) ?? Opaque(binary);
            case CelBinaryOperator.Add or CelBinaryOperator.Subtract or CelBinaryOperator.Multiply or CelBinaryOperator.Divide or CelBinaryOperator.Modulo:
                return Encode(binary.Left) is NumberValue left && Encode(binary.Right) is NumberValue right ? Arithmetic(binary.Operator, left, right, binary) : Opaque(binary);
            default:
                return Opaque(binary);
        }
    }

    /// <summary>False wins over an error from either side; true needs both.</summary>
    private TruthValue And(TruthValue a, TruthValue b)
    {
        var (isTrue, isFalse) = (_pool.And(a.IsTrue, b.IsTrue), _pool.Or(a.IsFalse, b.IsFalse));
        return new TruthValue(_pool.Or(isTrue, isFalse), isTrue, isFalse);
    }

    private Value Compare(CelBinary binary)
    {
        var (left, right) = (Encode(binary.Left), Encode(binary.Right));
        var ok = _pool.And(left.Ok, right.Ok, !left.IsNull, !right.IsNull);
        if (left is not NumberValue a || right is not NumberValue b || !Comparable(a, b))
            return left is TextValue && right is TextValue ? Free(binary, CelType.Bool, ok) : Opaque(binary);
        var (smaller, larger) = binary.Operator is CelBinaryOperator.Less or CelBinaryOperator.LessOrEqual ? (a, b) : (b, a);
        var strict = binary.Operator is CelBinaryOperator.Less or CelBinaryOperator.Greater;
        var holds = Combine(smaller.Cases, larger.Cases, (x, y) => strict ? _pool.Negative(x.Minus(y)) : _pool.NotPositive(x.Minus(y)));
        return holds is { } formula ? When(ok, formula) : Opaque(binary);
    }

    /// <summary>Beside a double an integer is compared as the nearest double, which is the integer itself only up to 2^53.</summary>
    private static bool Comparable(NumberValue a, NumberValue b)
    {
        if (a.Kind is CelTypeKind.Timestamp or CelTypeKind.Duration || b.Kind is CelTypeKind.Timestamp or CelTypeKind.Duration) return a.Kind == b.Kind;
        if (a.Kind == CelTypeKind.Double == (b.Kind == CelTypeKind.Double)) return true;
        var other = a.Kind == CelTypeKind.Double ? b : a;
        return other.Kind == CelTypeKind.Decimal || other.Cases.All(one => one.Sum.Range() is ({ } least, { } greatest) && -LargestExactDouble <= least && greatest <= LargestExactDouble);
    }

    private Formula? Combine(
        ImmutableArray<(Formula When, LinearSum Sum)> left, ImmutableArray<(Formula When, LinearSum Sum)> right, Func<LinearSum, LinearSum, Formula> relation)
    {
        if (left.Length * right.Length > MaxCases) return null;
        return _pool.Or([.. from a in left from b in right select _pool.And(a.When, b.When, relation(a.Sum, b.Sum))]);
    }

    /// <summary>Equality of two values; null where it is not looked into.</summary>
    private TruthValue? Equal(Value left, Value right)
    {
        var content = (left, right) switch
        {
            (NumberValue a, NumberValue b) when Comparable(a, b) => Combine(a.Cases, b.Cases, (x, y) => _pool.IsZero(x.Minus(y))),
            (TruthValue a, TruthValue b) => _pool.Same(a.IsTrue, b.IsTrue),
            (TextValue a, TextValue b) when a.Cases.Length * b.Cases.Length <= MaxCases =>
                _pool.Or([.. from x in a.Cases from y in b.Cases select _pool.And(x.When, y.When, SameText(x.Variable, x.Literal, y.Variable, y.Literal))]),
            // The null literal has no content: only the null checks below count.
            (OtherValue { IsNull.IsTrue: true }, _) or (_, OtherValue { IsNull.IsTrue: true }) => Formula.False,
            _ => (Formula?)null,
        };
        if (content is not { } same) return null;
        var bothNull = _pool.And(left.IsNull, right.IsNull);
        return When(_pool.And(left.Ok, right.Ok), _pool.Or(bothNull, _pool.And(!left.IsNull, !right.IsNull, same)));
    }

    private Formula SameText(Variable? a, string aLiteral, Variable? b, string bLiteral) => (a, b) switch
    {
        (null, null) => aLiteral == bLiteral ? Formula.True : Formula.False,
        ({ } variable, null) => _pool.Text(variable, TextTest.Equals, bLiteral),
        (null, { } variable) => _pool.Text(variable, TextTest.Equals, aLiteral),
        ({ } first, { } second) => _pool.SameText(first, second),
    };

    /// <summary>Arithmetic on whole numbers, exact decimals and times; outside its kind's range a result is an error, never another number.</summary>
    private Value Arithmetic(CelBinaryOperator op, NumberValue left, NumberValue right, CelExpr expr)
    {
        var kind = ResultKind(op, left.Kind, right.Kind);
        if (kind is null || left.Cases.Length * right.Cases.Length > MaxCases) return Opaque(expr);
        var cases = ImmutableArray.CreateBuilder<(Formula, LinearSum)>();
        foreach (var a in left.Cases)
            foreach (var b in right.Cases)
            {
                if (Result(op, a.Sum, b.Sum) is not { } sum) return Opaque(expr);
                cases.Add((_pool.And(a.When, b.When), sum));
            }

        var ok = _pool.And(left.Ok, right.Ok, !left.IsNull, !right.IsNull);
        var fits = RangeOf(kind.Value) is { } range
            ? _pool.And([.. cases.Select(one => _pool.Implies(one.Item1, _pool.And(
                _pool.NotPositive(LinearSum.Of(range.Least).Minus(one.Item2)), _pool.NotPositive(one.Item2.Minus(LinearSum.Of(range.Greatest))))))])
            : Exact(expr);
        return new NumberValue(_pool.And(ok, fits), kind.Value, cases.ToImmutable());
    }

    private static LinearSum? Result(CelBinaryOperator op, LinearSum a, LinearSum b) => op switch
    {
        CelBinaryOperator.Add => a.Plus(b),
        CelBinaryOperator.Subtract => a.Minus(b),
        CelBinaryOperator.Multiply when a.IsConstant => b.Times(a.Constant),
        CelBinaryOperator.Multiply when b.IsConstant => a.Times(b.Constant),
        _ => null,
    };

    private static CelTypeKind? ResultKind(CelBinaryOperator op, CelTypeKind a, CelTypeKind b) => (a, b) switch
    {
        (CelTypeKind.Int, CelTypeKind.Int) => CelTypeKind.Int,
        (CelTypeKind.Uint, CelTypeKind.Uint) => CelTypeKind.Uint,
        (CelTypeKind.Decimal, CelTypeKind.Decimal or CelTypeKind.Int) or (CelTypeKind.Int, CelTypeKind.Decimal) => CelTypeKind.Decimal,
        (CelTypeKind.Duration, CelTypeKind.Duration) when op is CelBinaryOperator.Add or CelBinaryOperator.Subtract => CelTypeKind.Duration,
        (CelTypeKind.Timestamp, CelTypeKind.Timestamp) when op == CelBinaryOperator.Subtract => CelTypeKind.Duration,
        (CelTypeKind.Timestamp, CelTypeKind.Duration) when op is CelBinaryOperator.Add or CelBinaryOperator.Subtract => CelTypeKind.Timestamp,
        (CelTypeKind.Duration, CelTypeKind.Timestamp) when op == CelBinaryOperator.Add => CelTypeKind.Timestamp,
        _ => null,
    };

    /// <summary>
    /// A decimal result that needs more digits than there are is an error. How many digits a number needs depends on how it was written
    /// (1.0 or 1.00), which proofs do not see; so whether it fails is left open.
    /// </summary>
    private Formula Exact(CelExpr expr)
    {
        var text = _program.Source[expr.Span.Start..expr.Span.End];
        _space.Approximate($"{text} (digits of a decimal result)");
        return _pool.Bool(_pool.Variable($"exact({(UsesLocal(expr) ? _space.Unique(text) : _space.Version + text)})", Sort.Bool, isOpaque: true));
    }
}
