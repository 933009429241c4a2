using System.Linq.Expressions;
using System.Reflection;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>Where values lie: slots, declared members and macro variables, all elements of arrays.</summary>
internal sealed partial class ConditionCompiler
{
    private static readonly PropertyInfo KindProperty = typeof(CelValue).GetProperty(nameof(CelValue.Kind))!;
    private static readonly PropertyInfo ElementsProperty = typeof(CelList).GetProperty(nameof(CelList.Elements), Internal)!;
    private static readonly MethodInfo Members = typeof(ConditionCompiler).GetMethod(nameof(MembersOf), Internal)!;

    private readonly Dictionary<string, ParameterExpression> _members = [];
    private ParameterExpression? _slots;
    private ParameterExpression? _locals;

    /// <summary>
    /// An array element. <paramref name="Load"/> gives the array where that has to be tried first: null if the value has not the declared shape.
    /// </summary>
    private sealed record Place(ParameterExpression Array, int Index, Expression? Load)
    {
        internal Expression Value => Expression.ArrayIndex(Array, Expression.Constant(Index));

        internal Expression Exists => Load is null ? Expression.Constant(true) : Expression.NotEqual(Load, Expression.Constant(null, Array.Type));

        internal BinaryExpression Is(CelValueKind kind)
        {
            var test = Expression.Equal(Expression.Property(Value, KindProperty), Expression.Constant(kind));
            return Load is null ? test : Expression.AndAlso(Exists, test);
        }

        /// <summary>The value without its kind, by the name of the accessor.</summary>
        internal MemberExpression Raw(string accessor) => Expression.Property(Value, typeof(CelValue).GetProperty(accessor, Internal)!);
    }

    /// <summary>Null if the expression is computed.</summary>
    private Place? PlaceOf(CelExpr expr) => DeclaredPath.Find(_tree, expr) is var (root, steps) ? PlaceAt(root, steps) : null;

    /// <summary>The member that <c>has(operand.field)</c> asks about.</summary>
    private Place? PlaceOf(CelPresence presence) =>
        DeclaredPath.Find(_tree, presence.Operand) is var (root, steps) &&
        DeclaredPath.StepInto(_tree, presence.Operand, presence.Field) is { } last
            ? PlaceAt(root, [.. steps, last])
            : null;

    private Place PlaceAt(Resolution root, DeclaredStep[] steps) => (root, steps) switch
    {
        (VariableResolution variable, []) => new(Slots(), variable.Slot, Load: null),
        (LocalResolution local, []) => new(Locals(), local.Index, Load: null),
        (VariableResolution variable, _) => MemberOf(variable, steps),
        _ => MemberOfElement(root, steps),
    };

    /// <summary>
    /// The members among which the last step chooses are looked up once at the start, however often they are used: an object that is not
    /// there costs a comparison with null and nothing else.
    /// </summary>
    private Place MemberOf(VariableResolution variable, DeclaredStep[] steps)
    {
        var key = $"{variable.Slot}";
        foreach (var step in steps[..^1])
            key += $".{step.Position}";
        if (!_members.TryGetValue(key, out var members))
        {
            var load = LoadMembers(PlaceAt(variable, steps[..^1]), steps[^1].Shape);
            _members[key] = members = Variable(load.Type, $"members{key}");
            _prologue.Add(Expression.Assign(members, load));
        }

        return new(members, steps[^1].Position, members);
    }

    /// <summary>In a loop the members are others in each round, so they are looked up where they are used.</summary>
    private Place MemberOfElement(Resolution root, DeclaredStep[] steps)
    {
        var load = LoadMembers(PlaceAt(root, steps[..^1]), steps[^1].Shape);
        var members = Variable(load.Type, "members");
        return new(members, steps[^1].Position, Expression.Assign(members, load));
    }

    private static Expression LoadMembers(Place owner, CelType shape)
    {
        var members = Expression.Call(Members, owner.Value, Expression.Constant(shape));
        return owner.Load is null ? members : Expression.Condition(owner.Exists, members, Expression.Constant(null, members.Type));
    }

    private static CelValue[]? MembersOf(in CelValue value, CelType shape) =>
        value.Kind == CelValueKind.Map && ReferenceEquals(value.RawMap.Shape, shape) ? value.RawMap.Fields : null;

    private ParameterExpression Slots() => _slots ??= FromActivation(nameof(CelActivation.Slots));

    private ParameterExpression Locals() => _locals ??= FromActivation(nameof(CelActivation.Locals));

    private ParameterExpression FromActivation(string property)
    {
        var variable = Variable(typeof(CelValue[]), property);
        _prologue.Add(Expression.Assign(variable, Expression.Property(Activation, typeof(CelActivation).GetProperty(property, Internal)!)));
        return variable;
    }
}
