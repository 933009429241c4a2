using Sallyport.Cel.Functions;

namespace Sallyport.Cel.Checking;

/// <summary>The names an environment knows: variables, types and functions.</summary>
internal sealed class Declarations
{
    private static readonly Dictionary<string, CelType> TypeNames = new()
    {
        ["bool"] = CelType.Bool,
        ["int"] = CelType.Int,
        ["uint"] = CelType.Uint,
        ["double"] = CelType.Double,
        ["decimal"] = CelType.Decimal,
        ["string"] = CelType.String,
        ["bytes"] = CelType.Bytes,
        ["list"] = CelType.List(CelType.Dyn),
        ["map"] = CelType.Map(CelType.Dyn, CelType.Dyn),
        ["null_type"] = CelType.Null,
        ["type"] = CelType.TypeType,
        ["google.protobuf.Timestamp"] = CelType.Timestamp,
        ["google.protobuf.Duration"] = CelType.Duration,
        ["net.IP"] = Values.IpAddress.IpType,
        ["net.CIDR"] = Values.CidrBlock.CidrType,
        ["optional_type"] = CelType.Optional(CelType.Dyn),
    };

    private readonly Dictionary<string, int> _slots = [];
    private readonly string[] _prefixes;

    internal Declarations(IReadOnlyList<CelVariable> variables, CelOptions options)
    {
        Variables = variables;
        for (var i = 0; i < variables.Count; i++)
        {
            if (!_slots.TryAdd(variables[i].Name, i))
                throw new ArgumentException($"The variable '{variables[i].Name}' is declared twice.", nameof(variables));
        }

        HasDecimals = variables.Any(v => MayHoldDecimal(v.Type));
        Functions = options.Functions.IsEmpty ? FunctionTable.Standard : FunctionTable.Standard.With(options.Functions);
        _prefixes = [.. Prefixes(options.Container)];
    }

    internal IReadOnlyList<CelVariable> Variables { get; }

    internal FunctionTable Functions { get; }

    /// <summary>True if the type of a variable names decimals; JSON that is read without a type never gives one.</summary>
    internal bool HasDecimals { get; }

    internal int? FindSlot(string name) => _slots.TryGetValue(name, out var slot) ? slot : null;

    /// <summary>The variable or type of this qualified name, looked up in the container and then outwards.</summary>
    internal Resolution? Find(string name, bool isAbsolute)
    {
        foreach (var prefix in isAbsolute ? [""] : _prefixes)
        {
            var full = prefix + name;
            if (_slots.TryGetValue(full, out var slot))
                return new VariableResolution(slot, full);
            if (TypeNames.TryGetValue(full, out var type))
                return new TypeResolution(type);
        }

        return null;
    }

    /// <summary>The function's full name.</summary>
    internal string? FindFunction(string name, bool isAbsolute)
    {
        foreach (var prefix in isAbsolute ? [""] : _prefixes)
        {
            if (Functions.HasGlobal(prefix + name))
                return prefix + name;
        }

        return null;
    }

    private static bool MayHoldDecimal(CelType type) =>
        type.Kind == CelTypeKind.Decimal || type.Parameters.Any(MayHoldDecimal) || type.Fields.Any(field => MayHoldDecimal(field.Type));

    /// <summary><c>a.b</c> gives <c>a.b.</c>, <c>a.</c> and the empty prefix.</summary>
    private static IEnumerable<string> Prefixes(string container)
    {
        while (container.Length > 0)
        {
            yield return container + ".";
            container = container.LastIndexOf('.') is >= 0 and var dot ? container[..dot] : "";
        }

        yield return "";
    }
}
