using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>Membership, sizes, text tests, macros.</summary>
internal sealed partial class Encoder
{
    /// <summary>Stands for an item that no literal of the macro names. It is in a private-use plane, so no rule is likely to write it.</summary>
    private const string OtherText = "\U00100000";

    /// <summary>Functions that cannot fail when their operands do not.</summary>
    private static readonly HashSet<string> Total = new(StringComparer.Ordinal)
    {
        "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii", "trim", "size", "reverse", "indexOf", "lastIndexOf", "quote",
    };

    private TruthValue? In(Value element, Value collection)
    {
        if (collection is ElementsValue list)
        {
            var tests = list.Elements.Select(item => Equal(element, item)).ToList();
            if (tests.Contains(null)) return null;
            return When(_pool.And(element.Ok, list.Ok), _pool.Or([.. tests.Select(test => test!.IsTrue)]));
        }

        if (collection is not SiteValue { Site: var site } place) return null;
        var ok = _pool.And(element.Ok, place.Ok, !place.IsNull);
        switch (place.Type.Kind, element)
        {
            case (CelTypeKind.Object, TextValue { Cases: [(_, null, var key)] }):
                return When(ok, site.Member(key).Presence);
            case (CelTypeKind.List, TextValue text) when place.Type.Parameters[0].Kind == CelTypeKind.String && text.Cases.All(one => one.Variable is null):
                return When(_pool.And(ok, Bounded(place)), _pool.Or([.. text.Cases.Select(one => _pool.And(one.When, Lists(site, JsonSerializer.Serialize(one.Literal))))]));
            case (CelTypeKind.List, NumberValue { Kind: CelTypeKind.Int } number) when place.Type.Parameters[0].Kind == CelTypeKind.Int && number.Cases.All(one => one.Sum.IsConstant):
                return When(_pool.And(ok, Bounded(place)), _pool.Or([.. number.Cases.Select(one => _pool.And(one.When, Lists(site, one.Sum.Constant.ToString())))]));
            default:
                return null;
        }
    }

    private static Formula Lists(Site site, string json)
    {
        site.Count(ofItems: true);
        return site.Lists(json);
    }

    /// <summary>
    /// A list without a declared bound can be so long that the step limit ends the evaluation. How long that is depends on the whole
    /// condition, so no other condition shares the answer.
    /// </summary>
    private Formula Bounded(SiteValue list)
    {
        if (list.Type.MaxSize is not null) return Formula.True;
        _space.Approximate($"{list.Site.Path} (no maxItems: a very long list meets the step limit)");
        return _pool.Bool(_pool.Variable($"bounded({list.Site.Path}) in {_space.Version}{_program.Source}", Sort.Bool, isOpaque: true));
    }

    private Value Call(CelCall call)
    {
        CelExpr[] operands = call.Target is null ? [.. call.Arguments] : [call.Target, .. call.Arguments];
        if (call.Target is not null && _program.TypeOf(call).Kind != CelTypeKind.Error && IsNamespace(call.Target)) return Opaque(call);
        var values = operands.Select(Encode).ToArray();
        switch (call.Function, values)
        {
            case ("size", [SiteValue { Type.Kind: CelTypeKind.List } list]):
                return new NumberValue(_pool.And(list.Ok, !list.IsNull), CelTypeKind.Int, [(Formula.True, LinearSum.Of(list.Site.Count(ofItems: true), 1))]);
            case ("size", [ElementsValue list]):
                return Whole(CelTypeKind.Int, list.Elements.Length) with { Ok = list.Ok };
            case ("startsWith" or "endsWith" or "contains", [TextValue text, TextValue { Cases: [(_, null, var literal)] } pattern]):
                return TextTests(call, text, pattern.Ok, literal);
            case ("matches", [TextValue, TextValue { Cases: [(_, null, _)] }]):
                // The checker has compiled the pattern already, so it cannot fail.
                return Free(call, _program.TypeOf(call), _pool.And([.. values.Select(value => _pool.And(value.Ok, !value.IsNull))]));
            case ("int", [NumberValue { Kind: CelTypeKind.Int } same]):
                return same with { Ok = _pool.And(same.Ok, !same.IsNull), IsNull = Formula.False };
            default:
                var total = Total.Contains(call.Function) && values.All(value => value is TextValue);
                return Free(call, _program.TypeOf(call), total ? _pool.And([.. values.Select(value => _pool.And(value.Ok, !value.IsNull))]) : null);
        }
    }

    /// <summary>The <c>math</c> of <c>math.abs(x)</c> stands where a receiver would, but is none.</summary>
    private bool IsNamespace(CelExpr target) =>
        target is CelIdentifier name && _program.VariableOf(name) is null && !_locals.Exists(local => local.Name == name.Name);

    private TruthValue TextTests(CelCall call, TextValue text, Formula patternOk, string literal)
    {
        var test = call.Function switch { "startsWith" => TextTest.StartsWith, "endsWith" => TextTest.EndsWith, _ => TextTest.Contains };
        if (test != TextTest.StartsWith && text.Cases.Any(one => one.Variable is not null))
            _space.Approximate(_program.Source[call.Span.Start..call.Span.End]);
        var holds = _pool.Or([.. text.Cases.Select(one => _pool.And(one.When,
            one.Variable is { } variable ? _pool.Text(variable, test, literal) : TextAtom.Passes(one.Literal, test, literal) ? Formula.True : Formula.False))]);
        return When(_pool.And(text.Ok, !text.IsNull, patternOk), holds);
    }

    private Value Comprehension(CelComprehension macro)
    {
        if (macro.Kind is not (CelMacro.All or CelMacro.Exists) || macro.SecondVariable is not null) return Opaque(macro);
        switch (Encode(macro.Range))
        {
            case ElementsValue list:
                var rounds = list.Elements.Select(element => WithLocal(macro.Variable, element, () => Truth(macro.Body))).ToList();
                var folded = rounds.Aggregate(Known(true), (all, round) => And(all, macro.Kind == CelMacro.All ? round : Not(round)));
                var result = macro.Kind == CelMacro.All ? folded : Not(folded);
                return new TruthValue(_pool.And(list.Ok, result.Ok), _pool.And(list.Ok, result.IsTrue), _pool.And(list.Ok, result.IsFalse));
            case SiteValue { Type.Kind: CelTypeKind.List } place:
                return OverPlace(macro, place);
            default:
                return Opaque(macro);
        }
    }

    /// <summary>
    /// A macro over a list of the input. Where the body only compares the item with literals, membership of those literals and of "any
    /// other item" decides it; otherwise the result is free, and it cannot fail if the body cannot fail for an arbitrary item.
    /// </summary>
    private Value OverPlace(CelComprehension macro, SiteValue place)
    {
        var ok = _pool.And(place.Ok, !place.IsNull, Bounded(place));
        var type = place.Type.Parameters[0];
        if (type.Kind == CelTypeKind.String && OnlyCompared(macro.Body, macro.Variable))
        {
            var literals = Literals(macro.Body).Distinct(StringComparer.Ordinal).ToList();
            if (literals.Contains(OtherText)) return Opaque(macro);
            var rounds = literals.Append(OtherText).Select(literal => (Literal: literal, Truth: WithLocal(macro.Variable, Literal(literal), () => Truth(macro.Body)))).ToList();
            if (rounds.TrueForAll(round => round.Truth.Ok.IsTrue))
            {
                var json = literals.Select(literal => JsonSerializer.Serialize(literal)).ToList();
                place.Site.Count(ofItems: true);
                var found = _pool.Or([.. rounds.Select((round, i) => _pool.And(
                    i < json.Count ? place.Site.Lists(json[i]) : place.Site.ListsOther(json), macro.Kind == CelMacro.Exists ? round.Truth.IsTrue : round.Truth.IsFalse))]);
                return When(ok, macro.Kind == CelMacro.Exists ? found : !found);
            }
        }

        var arbitrary = FreeNamed(_space.Unique(macro.Variable), type, Formula.True);
        var body = WithLocal(macro.Variable, arbitrary, () => Truth(macro.Body));
        return Free(macro, CelType.Bool, body.Ok.IsTrue ? ok : null);
    }

    /// <summary>Whether the item is used in nothing but equality with literals, so that all other items behave alike.</summary>
    private static bool OnlyCompared(CelExpr expr, string variable)
    {
        switch (expr)
        {
            case CelIdentifier name:
                return name.Name != variable;
            case CelBinary { Operator: CelBinaryOperator.Equal or CelBinaryOperator.NotEqual } equal:
                return Alone(equal.Left, equal.Right) || Alone(equal.Right, equal.Left) || (OnlyCompared(equal.Left, variable) && OnlyCompared(equal.Right, variable));
            case CelBinary { Operator: CelBinaryOperator.In, Right: CelListLiteral list } within:
                return Is(within.Left) ? list.Elements.All(element => !element.IsOptional && element.Value is CelLiteral { Value.Kind: CelValueKind.String })
                    : SyntaxWalk.Children(within).All(child => OnlyCompared(child, variable));
            case CelComprehension or CelBind or CelOptionalMap:
                return false;
            default:
                return SyntaxWalk.Children(expr).All(child => OnlyCompared(child, variable));
        }

        bool Is(CelExpr operand) => operand is CelIdentifier { IsAbsolute: false } name && name.Name == variable;
        bool Alone(CelExpr item, CelExpr literal) => Is(item) && literal is CelLiteral { Value.Kind: CelValueKind.String };
    }

    private static IEnumerable<string> Literals(CelExpr expr) =>
        expr is CelLiteral { Value.Kind: CelValueKind.String } literal ? [literal.Value.AsString] : SyntaxWalk.Children(expr).SelectMany(Literals);
}
