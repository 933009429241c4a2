namespace Sallyport.Cel.Syntax;

/// <summary>Recognises macros by name and number of arguments; the node takes over the call's id and place.</summary>
internal static class Macros
{
    /// <summary>Method names that are macros, for did-you-mean.</summary>
    internal static IReadOnlyList<string> MethodNames { get; } =
    [
        "all", "exists", "exists_one", "existsOne", "map", "filter", "transformList", "transformMap", "transformMapEntry", "sortBy",
        "optMap", "optFlatMap",
    ];

    /// <summary>The macro's node, or null if this is an ordinary call.</summary>
    internal static CelExpr? Expand(CelCall call)
    {
        var a = call.Arguments;
        if (call.Target is null)
            return call is { Function: "has", IsAbsolute: false } && a.Length == 1 ? Has(call) : null;
        if (call is { Function: "bind", Target: CelIdentifier { Name: "cel" } } && a.Length == 3)
            return new CelBind(call.Id, call.Span, Variable(a[0]), a[1], a[2]) { Depth = call.Depth };
        return (call.Function, a.Length) switch
        {
            ("all", 2 or 3) => Range(call, CelMacro.All),
            ("exists", 2 or 3) => Range(call, CelMacro.Exists),
            ("exists_one" or "existsOne", 2 or 3) => Range(call, CelMacro.ExistsOne),
            ("filter", 2) => Range(call, CelMacro.Filter),
            ("map", 2) => Range(call, CelMacro.Map),
            ("map", 3) => Filtered(call, CelMacro.Map, variables: 1),
            ("transformList", 3) => Range(call, CelMacro.TransformList),
            ("transformList", 4) => Filtered(call, CelMacro.TransformList, variables: 2),
            ("transformMap", 3) => Range(call, CelMacro.TransformMap),
            ("transformMap", 4) => Filtered(call, CelMacro.TransformMap, variables: 2),
            ("transformMapEntry", 3) => Range(call, CelMacro.TransformMapEntry),
            ("transformMapEntry", 4) => Filtered(call, CelMacro.TransformMapEntry, variables: 2),
            ("sortBy", 2) => Range(call, CelMacro.SortBy),
            ("optMap", 2) => OptionalMap(call, isFlat: false),
            ("optFlatMap", 2) => OptionalMap(call, isFlat: true),
            _ => null,
        };
    }

    private static CelPresence Has(CelCall call) => call.Arguments[0] is CelSelect { IsOptional: false } select
        ? new(call.Id, call.Span, select.Operand, select.Field, select.FieldSpan) { Depth = call.Depth }
        : throw new SyntaxError(call.Arguments[0].Span.Start, "has() takes a member selection such as has(a.b)");

    private static CelOptionalMap OptionalMap(CelCall call, bool isFlat) =>
        new(call.Id, call.Span, call.Target!, Variable(call.Arguments[0]), call.Arguments[1], isFlat) { Depth = call.Depth };

    /// <summary>One or two variables, then the body.</summary>
    private static CelComprehension Range(CelCall call, CelMacro kind)
    {
        var a = call.Arguments;
        return Comprehension(call, kind, Variable(a[0]), a.Length == 3 ? Variable(a[1]) : null, null, a[^1]);
    }

    /// <summary>Variables, then the filter, then the body.</summary>
    private static CelComprehension Filtered(CelCall call, CelMacro kind, int variables)
    {
        var a = call.Arguments;
        return Comprehension(call, kind, Variable(a[0]), variables == 2 ? Variable(a[1]) : null, a[^2], a[^1]);
    }

    private static CelComprehension Comprehension(
        CelCall call, CelMacro kind, string variable, string? second, CelExpr? filter, CelExpr body)
    {
        if (variable == second)
            throw new SyntaxError(call.Arguments[1].Span.Start, $"the two variables of {call.Function} need different names");
        return new(call.Id, call.Span, kind, call.Target!, variable, second, filter, body) { Depth = call.Depth };
    }

    private static string Variable(CelExpr argument) => argument is CelIdentifier { IsAbsolute: false } identifier
        ? identifier.Name
        : throw new SyntaxError(argument.Span.Start, "a macro variable must be a plain name");
}
