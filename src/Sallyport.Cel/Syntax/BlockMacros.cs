using System.Globalization;

namespace Sallyport.Cel.Syntax;

/// <summary>
/// <c>cel.block([a, b], body)</c>, in which <c>cel.index(1)</c> names b, and <c>cel.iterVar(0, 1)</c>: what optimizers of other
/// implementations write in place of repeated expressions. A block becomes nested bindings, and the names are ones that nobody can type.
/// </summary>
internal static class BlockMacros
{
    /// <summary>The macro's node, or null if this is an ordinary call.</summary>
    internal static CelExpr? Expand(CelCall call, ref int nextId)
    {
        if (call.Target is not CelIdentifier { Name: "cel", IsAbsolute: false })
            return null;
        return (call.Function, call.Arguments) switch
        {
            ("block", [CelListLiteral values, var body]) => Block(call, values, body, ref nextId),
            ("index", [CelLiteral { Value.Kind: CelValueKind.Int } index]) => Name(call, $"@index{index.Value}"),
            ("iterVar", [CelLiteral depth, CelLiteral unique]) => Name(call, $"@it:{depth.Value}:{unique.Value}"),
            ("accuVar", [CelLiteral depth, CelLiteral unique]) => Name(call, $"@ac:{depth.Value}:{unique.Value}"),
            _ => null,
        };
    }

    /// <summary>The last value is bound innermost, as each may use the ones before it.</summary>
    private static CelExpr Block(CelCall call, CelListLiteral values, CelExpr body, ref int nextId)
    {
        var result = body;
        for (var i = values.Elements.Length - 1; i >= 0; i--)
        {
            var (value, isOptional) = values.Elements[i];
            if (isOptional)
                throw new SyntaxError(value.Span.Start, "a value of cel.block cannot be optional");
            var name = string.Create(CultureInfo.InvariantCulture, $"@index{i}");
            result = new CelBind(nextId++, call.Span, name, value, result) { Depth = Math.Max(value.Depth, result.Depth) + 1 };
        }

        return result;
    }

    private static CelIdentifier Name(CelCall call, string name) => new(call.Id, call.Span, name, IsAbsolute: false);
}
