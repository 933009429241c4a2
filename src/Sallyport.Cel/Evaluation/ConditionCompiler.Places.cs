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

    /// <summary>An array element. The array of members is null where the value has not the declared shape.</summary>
    private sealed record Place(Expression Array, int Index, bool MayBeNull)
    {
        internal Expression Value => Expression.ArrayIndex(Array, Expression.Constant(Index));

        internal Expression Exists => MayBeNull ? Expression.NotEqual(Array, Expression.Constant(null, Array.Type)) : Expression.Constant(true);

        internal BinaryExpression Is(CelValueKind kind)
        {
            var test = Expression.Equal(Expression.Property(Value, KindProperty), Expression.Constant(kind));
            return MayBeNull ? Expression.AndAlso(Exists, test) : test;
        }

        /// <summary>The value without its kind, by the name of the accessor.</summary>
        internal MemberExpression Raw(string accessor) => Expression.Property(Value, typeof(CelValue).GetProperty(accessor, Internal)!);
    }

    /// <summary>Null if the expression is computed.</summary>
    private Place? PlaceOf(CelExpr expr)
    {
        if (_tree.Resolutions[expr.Id] is LocalResolution local && expr is CelIdentifier)
            return new(Locals(), local.Index, MayBeNull: false);
        if (DeclaredPath.Find(_tree, expr) is not var (slot, steps))
            return null;
        return steps.Length == 0
            ? new(Slots(), slot, MayBeNull: false)
            : new(MembersAt(slot, steps), steps[^1].Position, MayBeNull: true);
    }

    /// <summary>The member that <c>has(operand.field)</c> asks about.</summary>
    private Place? PlaceOf(CelPresence presence)
    {
        if (DeclaredPath.Find(_tree, presence.Operand) is not var (slot, steps) ||
            DeclaredPath.StepInto(_tree, presence.Operand, presence.Field) is not { } last)
            return null;
        return new(MembersAt(slot, [.. steps, last]), last.Position, MayBeNull: true);
    }

    /// <summary>
    /// The members among which the last step chooses, looked up once at the start however often they are used: an object that is not there
    /// costs a comparison with null and nothing else.
    /// </summary>
    private ParameterExpression MembersAt(int slot, ReadOnlySpan<DeclaredStep> steps)
    {
        var key = $"{slot}";
        foreach (var step in steps[..^1])
            key += $".{step.Position}";
        if (_members.TryGetValue(key, out var known))
            return known;
        var owner = steps.Length == 1
            ? new Place(Slots(), slot, MayBeNull: false)
            : new Place(MembersAt(slot, steps[..^1]), steps[^2].Position, MayBeNull: true);
        Expression members = Expression.Call(Members, owner.Value, Expression.Constant(steps[^1].Shape));
        if (owner.MayBeNull)
            members = Expression.Condition(owner.Exists, members, Expression.Constant(null, members.Type));
        var variable = Variable(members.Type, $"members{key}");
        _prologue.Add(Expression.Assign(variable, members));
        return _members[key] = variable;
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
