using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>Macros: what their variables stand for.</summary>
internal sealed partial class Checker
{
    private CelType Comprehension(CelComprehension comprehension)
    {
        var range = TypeInference.WithoutNull(_inference.Resolve(TypeOf(comprehension.Range)));
        var (first, second) = ElementTypes(comprehension, range);
        _tree.Resolutions[comprehension.Id] = new LocalResolution(_locals.Count);
        Declare(comprehension.Variable, first);
        if (comprehension.SecondVariable is { } secondName)
            Declare(secondName, second);
        if (comprehension.Filter is { } filter)
            Require(filter, TypeOf(filter), CelType.Bool);
        var body = TypeOf(comprehension.Body);
        if (comprehension.Kind is CelMacro.All or CelMacro.Exists or CelMacro.ExistsOne or CelMacro.Filter)
            Require(comprehension.Body, body, CelType.Bool);
        _locals.RemoveRange(_locals.Count - (comprehension.SecondVariable is null ? 1 : 2), comprehension.SecondVariable is null ? 1 : 2);
        return ResultOf(comprehension, first, body);
    }

    private CelType ResultOf(CelComprehension comprehension, CelType first, CelType body)
    {
        switch (comprehension.Kind)
        {
            case CelMacro.All or CelMacro.Exists or CelMacro.ExistsOne:
                return CelType.Bool;
            case CelMacro.Filter or CelMacro.SortBy:
                return CelType.List(first);
            case CelMacro.Map or CelMacro.TransformList:
                return CelType.List(body);
            case CelMacro.TransformMap:
                var range = TypeInference.WithoutNull(_inference.Resolve(_tree.Types[comprehension.Range.Id]));
                return CelType.Map(range.Kind == CelTypeKind.Map ? range.Parameters[0] : first, body);
            default:
                var map = _inference.Resolve(body);
                if (map.Kind == CelTypeKind.Map || map.IsDynamic)
                    return map;
                return Fail(comprehension.Body.Span, $"the body gives a map, not {Show(body)}");
        }
    }

    /// <summary>What the variables stand for: element or key; with two variables index and element, or key and value.</summary>
    private (CelType First, CelType Second) ElementTypes(CelComprehension comprehension, CelType range)
    {
        var hasTwo = comprehension.SecondVariable is not null;
        switch (range.Kind)
        {
            case CelTypeKind.List:
                return hasTwo ? (CelType.Int, range.Parameters[0]) : (range.Parameters[0], CelType.Dyn);
            case CelTypeKind.Map:
                return (range.Parameters[0], range.Parameters[1]);
            case CelTypeKind.Object:
                return (CelType.String, CelType.Dyn);
            case CelTypeKind.Dyn or CelTypeKind.Error or CelTypeKind.TypeParameter:
                return (CelType.Dyn, CelType.Dyn);
            default:
                var message = $"expression of type '{Show(range)}' cannot be ranged over: it must be a list or a map";
                var error = Fail(comprehension.Range.Span, message);
                return (error, error);
        }
    }

    private CelType Bind(CelBind bind)
    {
        var value = TypeOf(bind.Value);
        _tree.Resolutions[bind.Id] = new LocalResolution(_locals.Count);
        Declare(bind.Variable, value);
        var body = TypeOf(bind.Body);
        _locals.RemoveAt(_locals.Count - 1);
        return body;
    }

    private CelType OptionalMap(CelOptionalMap optionalMap)
    {
        var target = _inference.Resolve(TypeOf(optionalMap.Target));
        var inner = target.Kind == CelTypeKind.Optional ? target.Parameters[0]
            : target.IsDynamic ? CelType.Dyn
            : Fail(optionalMap.Target.Span, $"expected an optional, found {Show(target)}");
        _tree.Resolutions[optionalMap.Id] = new LocalResolution(_locals.Count);
        Declare(optionalMap.Variable, inner);
        var body = _inference.Resolve(TypeOf(optionalMap.Body));
        _locals.RemoveAt(_locals.Count - 1);
        if (!optionalMap.IsFlat)
            return CelType.Optional(body);
        return body.Kind == CelTypeKind.Optional || body.IsDynamic
            ? body
            : Fail(optionalMap.Body.Span, $"optFlatMap needs an optional, not {Show(body)}");
    }

    private void Declare(string name, CelType type)
    {
        _locals.Add((name, type));
        _tree.LocalCount = Math.Max(_tree.LocalCount, _locals.Count);
    }

    private void Require(CelExpr expr, CelType actual, CelType expected)
    {
        if (!_inference.IsAssignable(actual, expected))
            Fail(expr.Span, $"expected {expected}, found {Show(actual)}");
    }
}
