namespace Sallyport.Cel.Functions;

/// <summary>An implementation. Arguments are never errors; the activation meters work that grows with its input.</summary>
internal delegate CelValue Implementation(CelActivation activation, ReadOnlySpan<CelValue> arguments);

/// <summary>One signature of a function. The receiver is the first parameter; a variadic overload repeats its last parameter.</summary>
internal sealed record Overload(
    string Name, bool IsReceiver, CelType[] Parameters, CelType Result, Implementation? Body, bool IsVariadic = false)
{
    /// <summary>True if a parameter is a decimal.</summary>
    internal bool IsOnDecimals { get; } = Array.Exists(Parameters, p => p.Kind == CelTypeKind.Decimal);

    internal bool TakesCount(int count) => IsVariadic ? count >= Parameters.Length : count == Parameters.Length;

    internal CelType ParameterAt(int index) => Parameters[Math.Min(index, Parameters.Length - 1)];

    /// <summary>True if the run-time kinds fit.</summary>
    internal bool Accepts(ReadOnlySpan<CelValue> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Fits(ParameterAt(i), arguments[i]))
                return false;
        }

        return true;
    }

    private static bool Fits(CelType parameter, in CelValue value) => parameter.Kind switch
    {
        CelTypeKind.Dyn or CelTypeKind.TypeParameter => true,
        CelTypeKind.Null => value.Kind == CelValueKind.Null,
        CelTypeKind.Bool => value.Kind == CelValueKind.Bool,
        CelTypeKind.Int => value.Kind == CelValueKind.Int,
        CelTypeKind.Uint => value.Kind == CelValueKind.Uint,
        CelTypeKind.Double => value.Kind == CelValueKind.Double,
        CelTypeKind.Decimal => value.Kind == CelValueKind.Decimal,
        CelTypeKind.String => value.Kind == CelValueKind.String,
        CelTypeKind.Bytes => value.Kind == CelValueKind.Bytes,
        CelTypeKind.Timestamp => value.Kind == CelValueKind.Timestamp,
        CelTypeKind.Duration => value.Kind == CelValueKind.Duration,
        CelTypeKind.List => value.Kind == CelValueKind.List,
        CelTypeKind.Map or CelTypeKind.Object => value.Kind == CelValueKind.Map,
        CelTypeKind.Type => value.Kind == CelValueKind.Type,
        CelTypeKind.Optional => value.Kind == CelValueKind.Optional,
        CelTypeKind.Opaque => value.Kind == CelValueKind.Opaque && value.RawOpaque.Type.Equals(parameter),
        _ => false,
    };
}
