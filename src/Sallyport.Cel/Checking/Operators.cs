using Sallyport.Cel.Functions;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>The operators' signatures (language definition, "List of Standard Definitions"). Numbers of different types compare.</summary>
internal static class Operators
{
    private static readonly CelType A = CelType.TypeParameter("A");
    private static readonly CelType B = CelType.TypeParameter("B");
    private static readonly CelType[] Numbers = [CelType.Int, CelType.Uint, CelType.Double, CelType.Decimal];

    internal static Overload[] Conditional { get; } = [Of("_?_:_", A, CelType.Bool, A, A)];

    internal static Overload[] Index { get; } =
    [
        Of("_[_]", A, CelType.List(A), CelType.Int),
        Of("_[_]", B, CelType.Map(A, B), A),
    ];

    internal static Overload[] Not { get; } = [Of("!_", CelType.Bool, CelType.Bool)];

    internal static Overload[] Negate { get; } =
        [Of("-_", CelType.Int, CelType.Int), Of("-_", CelType.Double, CelType.Double), Of("-_", CelType.Decimal, CelType.Decimal)];

    private static readonly Dictionary<CelBinaryOperator, Overload[]> Binary = new()
    {
        [CelBinaryOperator.Or] = [Of("_||_", CelType.Bool, CelType.Bool, CelType.Bool)],
        [CelBinaryOperator.And] = [Of("_&&_", CelType.Bool, CelType.Bool, CelType.Bool)],
        [CelBinaryOperator.Equal] = Equality("_==_"),
        [CelBinaryOperator.NotEqual] = Equality("_!=_"),
        [CelBinaryOperator.Less] = Order("_<_"),
        [CelBinaryOperator.LessOrEqual] = Order("_<=_"),
        [CelBinaryOperator.Greater] = Order("_>_"),
        [CelBinaryOperator.GreaterOrEqual] = Order("_>=_"),
        [CelBinaryOperator.In] = Membership(),
        [CelBinaryOperator.Add] =
        [
            .. Arithmetic("_+_", withDouble: true),
            Same("_+_", CelType.String), Same("_+_", CelType.Bytes), Same("_+_", CelType.List(A)),
            Same("_+_", CelType.Duration),
            Of("_+_", CelType.Timestamp, CelType.Timestamp, CelType.Duration),
            Of("_+_", CelType.Timestamp, CelType.Duration, CelType.Timestamp),
        ],
        [CelBinaryOperator.Subtract] =
        [
            .. Arithmetic("_-_", withDouble: true),
            Same("_-_", CelType.Duration),
            Of("_-_", CelType.Timestamp, CelType.Timestamp, CelType.Duration),
            Of("_-_", CelType.Duration, CelType.Timestamp, CelType.Timestamp),
        ],
        [CelBinaryOperator.Multiply] = [.. Arithmetic("_*_", withDouble: true)],
        [CelBinaryOperator.Divide] = [.. Arithmetic("_/_", withDouble: true)],
        [CelBinaryOperator.Modulo] = [.. Arithmetic("_%_", withDouble: false)],
    };

    internal static Overload[] Of(CelBinaryOperator op) => Binary[op];

    /// <summary>The operator's name in messages, such as <c>_+_</c>.</summary>
    internal static string NameOf(CelBinaryOperator op) => Binary[op][0].Name;

    private static Overload Of(string name, CelType result, params CelType[] parameters) => new(name, false, parameters, result, null);

    private static Overload Same(string name, CelType type) => Of(name, type, type, type);

    private static IEnumerable<Overload> Arithmetic(string name, bool withDouble)
    {
        yield return Same(name, CelType.Int);
        yield return Same(name, CelType.Uint);
        if (withDouble)
            yield return Same(name, CelType.Double);
        yield return Same(name, CelType.Decimal);
        yield return Of(name, CelType.Decimal, CelType.Decimal, CelType.Int);
        yield return Of(name, CelType.Decimal, CelType.Int, CelType.Decimal);
    }

    private static Overload[] Equality(string name) => [Of(name, CelType.Bool, A, A), .. Mixed(name)];

    private static IEnumerable<Overload> Mixed(string name) =>
        from left in Numbers
        from right in Numbers
        where !left.Equals(right)
        select Of(name, CelType.Bool, left, right);

    private static Overload[] Order(string name) =>
    [
        .. Numbers.Concat([CelType.Bool, CelType.String, CelType.Bytes, CelType.Timestamp, CelType.Duration])
            .Select(type => Of(name, CelType.Bool, type, type)),
        .. Mixed(name),
    ];

    private static Overload[] Membership() =>
    [
        Of("_in_", CelType.Bool, A, CelType.List(A)),
        Of("_in_", CelType.Bool, A, CelType.Map(A, B)),
        .. from left in Numbers
           from right in Numbers
           where !left.Equals(right)
           from collection in new[] { CelType.List(right), CelType.Map(right, B) }
           select Of("_in_", CelType.Bool, left, collection),
    ];
}
