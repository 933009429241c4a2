using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>One input value that conditions look at, and the values at which they may turn.</summary>
/// <param name="Path">Where the value stands.</param>
/// <param name="Values">The values worth trying; null stands for "absent".</param>
/// <param name="Literals">Texts that conditions name here; to them, all other texts are one.</param>
public sealed record BoundaryDimension(CelPath Path, IReadOnlyList<JsonElement?> Values, IReadOnlySet<string> Literals)
{
    /// <summary>The value of an input here, one spelling for all values that no condition tells apart by name.</summary>
    internal string KeyOf(ExpressionInput input) => InputPath.Find(input, Path) is { } value ? Spell(value) : "absent";

    private string Spell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Literals.Contains(value.GetString()!) ? value.GetRawText() : "*",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Spell)) + "]",
        _ => value.GetRawText(),
    };
}

/// <summary>
/// Reads the values at which conditions may turn off their atoms: at, just below and just above a number; each literal and another one for
/// equality; empty, matching and other for lists; present and absent for <c>has()</c>.
/// </summary>
internal sealed class BoundaryValues(ToolContract contract, ExpressionInput given)
{
    private readonly Dictionary<string, (CelPath Path, List<JsonElement?> Values, HashSet<string> Literals)> _found = new(StringComparer.Ordinal);

    internal static (IReadOnlyList<BoundaryDimension> Dimensions, IReadOnlyList<PolicyAtom> Unread) Of(
        ToolContract contract, ToolPolicy policy, ExpressionInput given)
    {
        var values = new BoundaryValues(contract, given);
        var atoms = policy.Rules.SelectMany(rule => PolicyAtom.Of(rule.When, rule.Place))
            .Concat(policy.Invariants.SelectMany(invariant => PolicyAtom.Of(invariant.Condition, invariant.Place)));
        var unread = atoms.Where(atom => !values.Read(atom.Program, atom.Expression)).DistinctBy(atom => atom.Text).ToList();
        return ([.. values._found.Values.Select(entry => new BoundaryDimension(entry.Path, Ordered(entry.Values), entry.Literals))], unread);
    }

    /// <summary>False when nothing is known about where an atom turns.</summary>
    private bool Read(CelProgram program, CelExpr atom)
    {
        if (PolicyAtom.PathsOf(program, atom) is { Count: > 0 } paths && paths.All(path => path.Variable is "decision" or "approvals")) return true;
        switch (atom)
        {
            case CelBinary { Operator: CelBinaryOperator.In } member:
                return ReadIn(program, member);
            case CelBinary binary:
                return ReadComparison(program, binary.Left, binary.Right) || ReadComparison(program, binary.Right, binary.Left);
            case CelPresence when PolicyAtom.PathOf(program, atom) is { } path:
                return Add(path, InputPath.Find(given, path) ?? ContractSchema.Sample(ContractSchema.At(contract, path)), null);
            case CelComprehension { Range: var range } macro when PolicyAtom.PathOf(program, range) is { } path:
                return AddNamed(path, Literals(macro.Body), inList: true);
            case CelCall { Target: { } target, Arguments: [CelLiteral { Value.Kind: CelValueKind.String } text] } when PolicyAtom.PathOf(program, target) is { } path:
                return AddNamed(path, [Json(JsonValue.Create(text.Value.AsString))], inList: false);
            default:
                return PolicyAtom.PathOf(program, atom) is { } flag && program.TypeOf(atom).Kind == CelTypeKind.Bool
                    && Add(flag, Json(JsonValue.Create(true)), Json(JsonValue.Create(false)));
        }
    }

    private bool ReadIn(CelProgram program, CelBinary member)
    {
        if (member.Right is CelListLiteral list && PolicyAtom.PathOf(program, member.Left) is { } path)
            return AddNamed(path, list.Elements.Select(element => element.Value).OfType<CelLiteral>().Select(literal => Json(literal.Value.ToJson())), inList: false);
        return member.Left is CelLiteral one && PolicyAtom.PathOf(program, member.Right) is { } holder
            && AddNamed(holder, [Json(one.Value.ToJson())], inList: true);
    }

    private bool ReadComparison(CelProgram program, CelExpr left, CelExpr right)
    {
        if (SizeOf(program, left) is { } sized && Constant(right) is { Kind: CelValueKind.Int } size) return AddSizes(sized, size.AsInt);
        if (PolicyAtom.PathOf(program, left) is not { } path) return false;
        if (Constant(right) is { } literal)
            return literal.Kind == CelValueKind.String ? AddNamed(path, [Json(literal.ToJson())], inList: false) : Add(path, [.. Around(path, Json(literal.ToJson()))]);
        // Two values of the input: the left one is tried around what the right one is.
        return PolicyAtom.PathOf(program, right) is { } other && InputPath.Find(given, other) is { } bound && Add(path, [.. Around(path, bound)]);
    }

    private IEnumerable<JsonElement?> Around(CelPath path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
        {
            var step = ContractSchema.Step(ContractSchema.At(contract, path));
            foreach (var near in (decimal[])[number - step, number, number + step]) yield return Json(Number(near));
        }
        else if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            yield return Json(JsonValue.Create(true));
            yield return Json(JsonValue.Create(false));
        }
        else
        {
            yield return value;
            yield return Json(Other(path, element: false, but: value));
        }
    }

    private bool AddSizes(CelPath path, long size)
    {
        var schema = ContractSchema.At(contract, path);
        var isText = ContractSchema.TypeOf(schema) == "string";
        return Add(path, [.. ((long[])[size - 1, size, size + 1]).Where(length => length is >= 0 and <= 1_000).Select(length => (JsonElement?)(isText
            ? Json(JsonValue.Create(new string('x', (int)length)))
            : Json(new JsonArray([.. Enumerable.Range(1, (int)length).Select(number => Other(path, element: true, number))]))))]);
    }

    /// <summary>The literals that the body of a macro compares its element with.</summary>
    private static IEnumerable<JsonElement> Literals(CelExpr body) =>
        (body is CelLiteral { Value.Kind: CelValueKind.String or CelValueKind.Int } literal ? [Json(literal.Value.ToJson())] : Array.Empty<JsonElement>())
            .Concat(SyntaxWalk.Children(body).SelectMany(Literals));

    /// <summary>A value that no literal of the conditions names: another member of the enum, or made up.</summary>
    private JsonNode? Other(CelPath path, bool element, int number = 1, JsonElement? but = null)
    {
        var schema = ContractSchema.At(contract, path);
        if (element) schema = ContractSchema.Items(schema);
        return ContractSchema.Other(schema, but, number);
    }

    private bool Add(CelPath path, params JsonElement?[] values)
    {
        if (!_found.TryGetValue(path.ToString(), out var entry)) _found[path.ToString()] = entry = (path, [], new HashSet<string>(StringComparer.Ordinal));
        foreach (var value in values)
            if (!entry.Values.Any(known => Text(known) == Text(value))) entry.Values.Add(value);
        return true;
    }

    /// <summary>Adds the literals that an atom names, each wrapped in a list where the path is one, and another value.</summary>
    private bool AddNamed(CelPath path, IEnumerable<JsonElement> literals, bool inList)
    {
        var named = literals.ToList();
        var other = Json(Other(path, element: inList, but: named.Count > 0 ? named[0] : null));
        if (inList) Add(path, Json(new JsonArray()));
        foreach (var value in named.Append(other)) Add(path, inList ? Json(new JsonArray(JsonSerializer.SerializeToNode(value))) : value);
        foreach (var text in named.Where(value => value.ValueKind == JsonValueKind.String)) _found[path.ToString()].Literals.Add(text.GetString()!);
        return true;
    }

    private static CelPath? SizeOf(CelProgram program, CelExpr expression) => expression switch
    {
        CelCall { Function: "size", Target: null, Arguments: [var list] } => PolicyAtom.PathOf(program, list),
        CelCall { Function: "size", Target: { } target, Arguments: [] } => PolicyAtom.PathOf(program, target),
        _ => null,
    };

    private static CelValue? Constant(CelExpr expression) => expression switch
    {
        CelLiteral literal => literal.Value,
        CelUnary { Operator: CelUnaryOperator.Negate, Operand: CelLiteral { Value.Kind: CelValueKind.Int } literal } => CelValue.From(-literal.Value.AsInt),
        CelUnary { Operator: CelUnaryOperator.Negate, Operand: CelLiteral { Value.Kind: CelValueKind.Double } literal } => CelValue.From(-literal.Value.AsDouble),
        _ => null,
    };

    /// <summary>Numbers by size, everything else as found.</summary>
    private static List<JsonElement?> Ordered(List<JsonElement?> values) => values.All(value => value is { ValueKind: JsonValueKind.Number })
        ? [.. values.OrderBy(value => value!.Value.GetDecimal())] : values;

    private static JsonValue Number(decimal value) => value == decimal.Truncate(value) && value is >= long.MinValue and <= long.MaxValue
        ? JsonValue.Create((long)value) : JsonValue.Create(value);

    private static JsonElement Json(JsonNode? node) => JsonSerializer.SerializeToElement(node);

    private static string Text(JsonElement? value) => value is { } present ? present.GetRawText() : "absent";
}
