using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>Names: variables, members, functions.</summary>
internal sealed partial class Checker
{
    private CelType Identifier(CelIdentifier identifier)
    {
        if (!identifier.IsAbsolute && FindLocal(identifier.Name) is { } local)
        {
            _tree.Resolutions[identifier.Id] = new LocalResolution(local);
            return _locals[local].Type;
        }

        if (_declarations.Find(identifier.Name, identifier.IsAbsolute) is { } found)
            return Found(identifier.Id, found);
        return Fail(identifier.Span, $"undeclared reference to '{identifier.Name}'", SuggestVariable(identifier.Name));
    }

    private int? FindLocal(string name)
    {
        for (var i = _locals.Count - 1; i >= 0; i--)
        {
            if (_locals[i].Name == name)
                return i;
        }

        return null;
    }

    private CelType Found(int id, Resolution found)
    {
        _tree.Resolutions[id] = found;
        return found switch
        {
            VariableResolution variable => _declarations.Variables[variable.Slot].Type,
            TypeResolution type => CelType.TypeOf(type.Type),
            _ => CelType.Dyn,
        };
    }

    private string? SuggestVariable(string name) => Suggestions.Nearest(
        name, _locals.Select(l => l.Name).Concat(_declarations.Variables.Select(v => v.Name)).Concat(["true", "false", "null"]));

    private CelType Select(CelSelect select)
    {
        // A dotted name may be one variable: the longest declared one wins, unless a macro variable hides its first part.
        if (Qualified(select) is { } qualified && _declarations.Find(qualified.Name, qualified.IsAbsolute) is { } found)
            return Found(select.Id, found);
        var operand = TypeOf(select.Operand);
        return SelectFrom(operand, select.Field, select.FieldSpan, select.IsOptional);
    }

    private CelType Presence(CelPresence presence)
    {
        SelectFrom(TypeOf(presence.Operand), presence.Field, presence.FieldSpan, isOptional: true);
        return CelType.Bool;
    }

    private CelType SelectFrom(CelType operand, string field, CelSpan fieldSpan, bool isOptional)
    {
        var type = TypeInference.WithoutNull(_inference.Resolve(operand));
        var throughOptional = type.Kind == CelTypeKind.Optional;
        if (throughOptional)
            type = TypeInference.WithoutNull(_inference.Resolve(type.Parameters[0]));
        var result = MemberType(type, field, fieldSpan);
        return (throughOptional || isOptional) && !result.IsDynamic ? CelType.Optional(result) : result;
    }

    private CelType MemberType(CelType type, string field, CelSpan fieldSpan)
    {
        switch (type.Kind)
        {
            case CelTypeKind.Dyn or CelTypeKind.Error or CelTypeKind.TypeParameter:
                return CelType.Dyn;
            case CelTypeKind.Map:
                if (!_inference.IsAssignable(CelType.String, type.Parameters[0]))
                    return Fail(fieldSpan, $"'{field}' cannot be a key of {Show(type)}");
                return type.Parameters[1];
            case CelTypeKind.Object:
                if (type.FindField(field) is { } declared)
                    return declared.Type;
                return type.IsClosed
                    ? Fail(fieldSpan, $"undefined field '{field}'", Suggestions.Nearest(field, type.Fields.Select(f => f.Name)))
                    : CelType.Dyn;
            default:
                return Fail(fieldSpan, $"type '{Show(type)}' does not support field selection");
        }
    }

    private CelType Index(CelIndex index)
    {
        var operand = _inference.Resolve(TypeOf(index.Operand));
        var key = TypeOf(index.Index);
        var type = TypeInference.WithoutNull(operand);
        var throughOptional = type.Kind == CelTypeKind.Optional;
        if (throughOptional)
            type = TypeInference.WithoutNull(_inference.Resolve(type.Parameters[0]));
        CelType result;
        if (type.Kind == CelTypeKind.Object)
        {
            result = index.Index is CelLiteral { Value.Kind: CelValueKind.String } literal
                ? MemberType(type, literal.Value.RawString, index.Index.Span)
                : Resolve(Operators.Index, index.Span, [CelType.Map(CelType.String, CelType.Dyn), key]);
        }
        else if (type.Kind == CelTypeKind.Map && IsNumeric(type.Parameters[0]) && IsNumeric(key))
        {
            // All numbers lie on one line, so any number may look up a numeric key.
            result = type.Parameters[1];
        }
        else
        {
            result = Resolve(Operators.Index, index.Span, [type, key]);
        }

        return (throughOptional || index.IsOptional) && !result.IsDynamic ? CelType.Optional(result) : result;
    }

    private bool IsNumeric(CelType type) =>
        _inference.Resolve(type).Kind is CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.Double or CelTypeKind.Decimal;

    private CelType Call(CelCall call)
    {
        if (call.Target is null)
            return GlobalCall(call, call.Function, call.IsAbsolute);
        if (Qualified(call.Target) is { } space)
        {
            var full = $"{space.Name}.{call.Function}";
            if (_declarations.FindFunction(full, space.IsAbsolute) is { } found)
                return GlobalCall(call, found, isAbsolute: true);
            if (_declarations.Find(space.Name, space.IsAbsolute) is null && IsNamespace(space.Name))
                return GlobalCall(call, full, isAbsolute: true);
        }

        var overloads = _declarations.Functions.Methods(call.Function);
        var types = new CelType[call.Arguments.Length + 1];
        types[0] = TypeOf(call.Target);
        for (var i = 0; i < call.Arguments.Length; i++)
            types[i + 1] = TypeOf(call.Arguments[i]);
        _tree.Resolutions[call.Id] = new FunctionResolution(call.Function, true, overloads);
        if (overloads.IsEmpty)
        {
            return Fail(call.FunctionSpan, $"undeclared method '{call.Function}'", Suggestions.Nearest(
                call.Function, _declarations.Functions.MethodNames.Concat(Macros.MethodNames)));
        }

        CheckPattern(call);
        return Resolve(overloads.AsSpan(), call.FunctionSpan, types);
    }

    /// <summary>A regular expression written as a literal is checked now, not when the rule first runs.</summary>
    private void CheckPattern(CelCall call)
    {
        if (call.Function == "matches" && call.Arguments is [.., CelLiteral { Value.Kind: CelValueKind.String } pattern] &&
            Functions.RegularExpressions.ProblemOf(pattern.Value.RawString) is { } problem)
            Fail(pattern.Span, $"invalid regular expression: {problem}");
    }

    private CelType GlobalCall(CelCall call, string name, bool isAbsolute)
    {
        var types = call.Arguments.Select(TypeOf).ToArray();
        var full = _declarations.FindFunction(name, isAbsolute) ?? name;
        var overloads = _declarations.Functions.Globals(full);
        _tree.Resolutions[call.Id] = new FunctionResolution(full, false, overloads);
        if (overloads.IsEmpty)
        {
            if (!_declarations.Functions.Methods(name).IsEmpty)
                return Fail(call.FunctionSpan, $"'{name}' is a method", $"x.{name}(…)");
            var suggestion = Suggestions.Nearest(name, _declarations.Functions.GlobalNames.Append("has"));
            return Fail(call.FunctionSpan, $"undeclared function '{name}'", suggestion);
        }

        CheckPattern(call);
        return Resolve(overloads.AsSpan(), call.FunctionSpan, types);
    }

    /// <summary>True for the first part of functions such as <c>math.abs</c>.</summary>
    private bool IsNamespace(string name) =>
        _declarations.Functions.GlobalNames.Any(f => f.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>The expression as a dotted name, unless its first part is a macro variable.</summary>
    private (string Name, bool IsAbsolute)? Qualified(CelExpr expr) => expr switch
    {
        CelIdentifier identifier when identifier.IsAbsolute || FindLocal(identifier.Name) is null =>
            (identifier.Name, identifier.IsAbsolute),
        CelSelect { IsOptional: false } select when Qualified(select.Operand) is { } prefix =>
            ($"{prefix.Name}.{select.Field}", prefix.IsAbsolute),
        _ => null,
    };
}
