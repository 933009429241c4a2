using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;

namespace Sallyport.Bench;

/// <summary>Why a part of an expression has no value.</summary>
internal sealed record EvaluationFault(string Reason);

/// <summary>
/// The obvious interpreter: it visits the syntax tree at every evaluation, looks names up by hash and holds values as objects. It knows
/// what the rules of the benchmark need, in the meaning of the language, and is the yardstick of the compiled delegates.
/// </summary>
internal sealed class TreeWalk(Dictionary<string, object?> variables)
{
    private static readonly EvaluationFault NotSupported = new("not supported here");

    internal static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array => json.EnumerateArray().Select(FromJson).ToList(),
        _ => json.EnumerateObject().ToDictionary(member => member.Name, member => FromJson(member.Value)),
    };

    internal object? Evaluate(CelExpr expr) => expr switch
    {
        CelLiteral literal => OfLiteral(literal.Value),
        CelIdentifier identifier => variables.TryGetValue(identifier.Name, out var value) ? value : new EvaluationFault("no such name"),
        CelSelect select => Evaluate(select.Operand) is var operand && operand is Dictionary<string, object?> map
            ? map.TryGetValue(select.Field, out var member) ? member : new EvaluationFault("no such key")
            : operand as EvaluationFault ?? new EvaluationFault("not a map"),
        CelUnary { Operator: CelUnaryOperator.Not } not => Evaluate(not.Operand) is bool truth ? !truth : new EvaluationFault("not a boolean"),
        CelBinary { Operator: CelBinaryOperator.And } and => Logic(and, deciding: false),
        CelBinary { Operator: CelBinaryOperator.Or } or => Logic(or, deciding: true),
        CelBinary binary => Compare(binary.Operator, Evaluate(binary.Left), Evaluate(binary.Right)),
        CelConditional conditional => Evaluate(conditional.Condition) is bool chosen
            ? Evaluate(chosen ? conditional.Then : conditional.Else) : new EvaluationFault("not a boolean"),
        CelCall { Function: "size" } call => Evaluate(call.Target ?? call.Arguments[0]) switch
        {
            List<object?> list => (long)list.Count,
            Dictionary<string, object?> map => (long)map.Count,
            EvaluationFault fault => fault,
            _ => NotSupported,
        },
        CelComprehension { Kind: CelMacro.All or CelMacro.Exists } quantifier => Quantify(quantifier),
        _ => NotSupported,
    };

    private static object? OfLiteral(CelValue value) => value.Kind switch
    {
        CelValueKind.Int => value.AsInt,
        CelValueKind.Double => value.AsDouble,
        CelValueKind.String => value.AsString,
        CelValueKind.Bool => value.AsBool,
        CelValueKind.Null => null,
        _ => NotSupported,
    };

    private object Logic(CelBinary binary, bool deciding)
    {
        var left = Evaluate(binary.Left);
        if (left is bool a && a == deciding) return deciding;
        var right = Evaluate(binary.Right);
        if (right is bool b && (b == deciding || left is bool)) return b;
        return left as EvaluationFault ?? right as EvaluationFault ?? new EvaluationFault("not a boolean");
    }

    private static object Compare(CelBinaryOperator op, object? left, object? right)
    {
        if (left is EvaluationFault fault) return fault;
        if (right is EvaluationFault other) return other;
        if (op is CelBinaryOperator.Equal) return Equals(left, right);
        if (op is CelBinaryOperator.NotEqual) return !Equals(left, right);
        var order = (left, right) switch
        {
            (long a, long b) => a.CompareTo(b),
            (double a, double b) => a.CompareTo(b),
            (string a, string b) => string.CompareOrdinal(a, b),
            _ => (int?)null,
        };
        if (order is not { } sign) return new EvaluationFault("no such overload");
        return op switch
        {
            CelBinaryOperator.Less => sign < 0,
            CelBinaryOperator.LessOrEqual => sign <= 0,
            CelBinaryOperator.Greater => sign > 0,
            CelBinaryOperator.GreaterOrEqual => sign >= 0,
            _ => NotSupported,
        };
    }

    private object Quantify(CelComprehension quantifier)
    {
        var deciding = quantifier.Kind == CelMacro.Exists;
        var range = Evaluate(quantifier.Range);
        if (range is not List<object?> list) return range as EvaluationFault ?? NotSupported;
        object result = !deciding;
        foreach (var element in list)
        {
            variables[quantifier.Variable] = element;
            var value = Evaluate(quantifier.Body);
            if (value is bool truth && truth == deciding) return deciding;
            if (value is not bool) result = value as EvaluationFault ?? new EvaluationFault("not a boolean");
        }

        return result;
    }
}
