using System.Globalization;

namespace Sallyport.Cel.Checking;

/// <summary>Assignability with type parameters: what they stand for so far, and whether one type fits where another is expected.</summary>
internal sealed class TypeInference
{
    private readonly Dictionary<string, CelType> _substitutions = [];

    /// <summary>What the current attempt overwrote, so that a failed one is undone without copying every substitution.</summary>
    private readonly Stack<(string Name, CelType? Before)> _overwritten = [];

    private int _fresh;

    /// <summary>A type parameter that nothing else uses.</summary>
    internal CelType Fresh(string name) => CelType.TypeParameter(string.Create(CultureInfo.InvariantCulture, $"{name}${_fresh++}"));

    /// <summary>The type with its parameters replaced by fresh ones.</summary>
    internal CelType Instantiate(CelType type, Dictionary<string, CelType> fresh)
    {
        if (type.Kind == CelTypeKind.TypeParameter)
        {
            if (!fresh.TryGetValue(type.Name, out var parameter))
                fresh[type.Name] = parameter = Fresh(type.Name);
            return parameter;
        }

        return type.Parameters.IsEmpty ? type : type.WithParameters([.. type.Parameters.Select(p => Instantiate(p, fresh))]);
    }

    /// <summary>True if every argument fits its parameter. Substitutions are kept only then.</summary>
    internal bool AreAssignable(ReadOnlySpan<CelType> arguments, ReadOnlySpan<CelType> parameters)
    {
        _overwritten.Clear();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Assign(arguments[i], parameters[i]))
            {
                Undo();
                return false;
            }
        }

        return true;
    }

    private void Undo()
    {
        while (_overwritten.TryPop(out var change))
        {
            if (change.Before is null)
                _substitutions.Remove(change.Name);
            else
                _substitutions[change.Name] = change.Before;
        }
    }

    private void Bind(string name, CelType type)
    {
        _overwritten.Push((name, _substitutions.GetValueOrDefault(name)));
        _substitutions[name] = type;
    }

    internal bool IsAssignable(CelType from, CelType to) => AreAssignable([from], [to]);

    /// <summary>The type of a collection that holds both: the more general one, or dyn.</summary>
    internal CelType Join(CelType? previous, CelType current)
    {
        if (previous is null)
            return current;
        return IsAssignable(previous, current) ? MostGeneral(previous, current) : CelType.Dyn;
    }

    /// <summary>The narrowest type that describes the values of both. They must be assignable to each other.</summary>
    internal static CelType MostGeneral(CelType a, CelType b)
    {
        if (a.Equals(b) || IsOpen(a))
            return a;
        if (IsOpen(b))
            return b;
        if (a.Kind == CelTypeKind.Null || b.Kind == CelTypeKind.Null)
            return a.Kind == CelTypeKind.Null ? b : a;
        if (a.Kind == CelTypeKind.Nullable || b.Kind == CelTypeKind.Nullable)
            return CelType.Nullable(MostGeneral(WithoutNull(a), WithoutNull(b)));
        if (a.Kind == CelTypeKind.Object || b.Kind == CelTypeKind.Object)
            return CelType.Map(MostGeneral(KeyOf(a), KeyOf(b)), CelType.Dyn);
        var general = a.WithParameters([.. a.Parameters.Zip(b.Parameters, MostGeneral)]);
        return a.MaxSize == b.MaxSize ? general : general.WithMaxSize(a.MaxSize is { } x && b.MaxSize is { } y ? Math.Max(x, y) : null);
    }

    private static CelType KeyOf(CelType type) => type.Kind == CelTypeKind.Map ? type.Parameters[0] : CelType.String;

    private static bool IsOpen(CelType type) => type.IsDynamic || type.Kind == CelTypeKind.TypeParameter;

    /// <summary>The type with known parameters replaced, one level deep: enough to look at its kind.</summary>
    internal CelType Resolve(CelType type)
    {
        while (type.Kind == CelTypeKind.TypeParameter && _substitutions.TryGetValue(type.Name, out var known))
            type = known;
        return type;
    }

    /// <summary>The type with every parameter replaced; unknown ones become dyn.</summary>
    internal CelType Finish(CelType type) => Substitute(type, unknownToDyn: true);

    internal CelType Substitute(CelType type, bool unknownToDyn)
    {
        type = Resolve(type);
        if (type.Kind == CelTypeKind.TypeParameter)
            return unknownToDyn ? CelType.Dyn : type;
        return type.Parameters.IsEmpty ? type : type.WithParameters([.. type.Parameters.Select(p => Substitute(p, unknownToDyn))]);
    }

    private bool Assign(CelType from, CelType to)
    {
        if (to.Kind == CelTypeKind.TypeParameter)
        {
            var (valid, known) = Substitute(from, to);
            if (valid || known)
                return valid;
        }

        if (from.Kind == CelTypeKind.TypeParameter)
            return Substitute(to, from).Valid;
        if (from.IsDynamic || to.IsDynamic)
        {
            Widen(from);
            Widen(to);
            return true;
        }

        if (from.Kind == CelTypeKind.Null || to.Kind == CelTypeKind.Null)
            return AcceptsNull(from.Kind == CelTypeKind.Null ? to : from);
        if (from.Kind == CelTypeKind.Nullable || to.Kind == CelTypeKind.Nullable)
            return Assign(WithoutNull(from), WithoutNull(to));
        return AssignStructure(from, to);
    }

    /// <summary>What meets a dyn may hold anything: <c>[1] + x</c> with a dyn x is a list of dyn, not of int.</summary>
    private void Widen(CelType type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Kind == CelTypeKind.TypeParameter)
                Bind(parameter.Name, CelType.Dyn);
            else
                Widen(parameter);
        }
    }

    private bool AssignStructure(CelType from, CelType to)
    {
        if (from.Kind == CelTypeKind.Object && to.Kind == CelTypeKind.Map)
            return Assign(CelType.String, to.Parameters[0]) && Assign(CelType.Dyn, to.Parameters[1]);
        if (to.Kind == CelTypeKind.Object && from.Kind == CelTypeKind.Map)
            return Assign(from.Parameters[0], CelType.String);
        if (from.Kind != to.Kind)
            return false;
        if (from.Kind is CelTypeKind.Type or CelTypeKind.Object)
            return true;
        if (from.Name != to.Name || from.Parameters.Length != to.Parameters.Length)
            return false;
        for (var i = 0; i < from.Parameters.Length; i++)
        {
            if (!Assign(from.Parameters[i], to.Parameters[i]))
                return false;
        }

        return true;
    }

    internal static CelType WithoutNull(CelType type) => type.Kind == CelTypeKind.Nullable ? type.Parameters[0] : type;

    private static bool AcceptsNull(CelType type) =>
        type.Kind is CelTypeKind.Null or CelTypeKind.Nullable or CelTypeKind.Opaque or CelTypeKind.Optional or CelTypeKind.Object
            or CelTypeKind.Timestamp or CelTypeKind.Duration;

    /// <summary>Whether the type can stand for the parameter, and whether the parameter already stood for something.</summary>
    private (bool Valid, bool Known) Substitute(CelType type, CelType parameter)
    {
        if (type.Equals(parameter))
            return (true, true);
        if (_substitutions.TryGetValue(parameter.Name, out var known))
        {
            if (type.Equals(known))
                return (true, true);
            if (!Assign(type, known))
                return (false, true);
            var general = MostGeneral(type, known);
            if (!Occurs(parameter, general))
                Bind(parameter.Name, general);
            return (true, true);
        }

        if (Occurs(parameter, type))
            return (false, false);
        Bind(parameter.Name, type);
        return (true, false);
    }

    private bool Occurs(CelType parameter, CelType within)
    {
        if (within.Equals(parameter))
            return true;
        if (within.Kind == CelTypeKind.TypeParameter)
            return _substitutions.TryGetValue(within.Name, out var known) && Occurs(parameter, known);
        return within.Parameters.Any(p => Occurs(parameter, p));
    }
}
