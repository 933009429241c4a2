using System.Numerics;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>What the encoder does not look into: a free variable stands for it, named by its words.</summary>
internal sealed partial class Encoder
{
    /// <summary>Something not looked into: free in value and in whether it fails.</summary>
    private Value Opaque(CelExpr expr) => Free(expr, _program.TypeOf(expr), null);

    /// <summary>The same, where it is known when it fails.</summary>
    private Value Free(CelExpr expr, CelType type, Formula? ok)
    {
        var text = _program.Source[expr.Span.Start..expr.Span.End];
        _space.Approximate(text);
        // The same words about the same inputs mean the same; about a macro's variable they need not.
        var name = _locals.Count > 0 && UsesLocal(expr) ? _space.Unique(text) : $"{_space.Version}{text} : {type}";
        // Over data without bounds the step limit can end the evaluation, and how many steps are left depends on the whole condition.
        var fails = IsUnbounded(expr) ? $"{name} in {_program.Source}" : name;
        return FreeNamed(name, type, ok ?? _pool.Bool(_pool.Variable($"ok({fails})", Sort.Bool, isOpaque: true)));
    }

    private Value FreeNamed(string name, CelType type, Formula ok)
    {
        switch (type.Kind)
        {
            case CelTypeKind.Nullable:
                return FreeNamed(name, type.Parameters[0], ok) with { IsNull = _pool.Bool(_pool.Variable($"null({name})", Sort.Bool, isOpaque: true)) };
            case CelTypeKind.Bool:
                return When(ok, _pool.Bool(_pool.Variable(name, Sort.Bool, isOpaque: true)));
            case CelTypeKind.Int or CelTypeKind.Duration or CelTypeKind.Timestamp or CelTypeKind.Uint:
                var (least, greatest) = RangeOf(type.Kind)!.Value;
                return new NumberValue(ok, type.Kind, [(Formula.True, LinearSum.Of(_pool.Variable(name, Sort.Int, least, greatest, isOpaque: true), 1))]);
            case CelTypeKind.Decimal:
                return new NumberValue(ok, type.Kind, [(Formula.True, LinearSum.Of(_pool.Variable(name, Sort.Real, isOpaque: true), 1))]);
            case CelTypeKind.String:
                return new TextValue(ok, [(Formula.True, _pool.Variable(name, Sort.Text, isOpaque: true), "")]);
            default:
                // Not a free number for a double: it could be NaN, which is neither less nor greater than anything.
                return new OtherValue(ok)
                {
                    // What is known only at run time can be null too.
                    IsNull = type.Kind == CelTypeKind.Null ? Formula.True : type.Kind is CelTypeKind.Dyn or CelTypeKind.Error or CelTypeKind.TypeParameter ? _pool.Bool(_pool.Variable($"null({name})", Sort.Bool, isOpaque: true)) : Formula.False,
                };
        }
    }

    private bool IsUnbounded(CelExpr expr) =>
        _program.TypeOf(expr) is { Kind: CelTypeKind.List or CelTypeKind.Map, MaxSize: null } or { Kind: CelTypeKind.Dyn } || SyntaxWalk.Children(expr).Any(IsUnbounded);

    private bool UsesLocal(CelExpr expr) =>
        (expr is CelIdentifier { IsAbsolute: false } name && _locals.Exists(local => local.Name == name.Name)) || SyntaxWalk.Children(expr).Any(UsesLocal);

    /// <summary>What a kind can hold; outside it, evaluation fails. Null where there is no such rule.</summary>
    private static (Rational Least, Rational Greatest)? RangeOf(CelTypeKind kind) => kind switch
    {
        CelTypeKind.Int or CelTypeKind.Duration => (long.MinValue, long.MaxValue),
        CelTypeKind.Uint => (0, (BigInteger)ulong.MaxValue),
        // Years 0001 to 9999 in nanoseconds since 1970.
        CelTypeKind.Timestamp => (new BigInteger(-62_135_596_800) * 1_000_000_000, (new BigInteger(253_402_300_800) * 1_000_000_000) - 1),
        _ => null,
    };
}
