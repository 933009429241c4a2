using System.Globalization;
using System.Text.Json;
using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Values as the suite writes them, and strict comparison: kinds must agree, NaN equals NaN, -0 differs from 0.</summary>
internal static class CelSpecValues
{
    public static CelValue Read(JsonElement json)
    {
        var (kind, value) = json.EnumerateObject().First() is var p ? (p.Name, p.Value) : default;
        return kind switch
        {
            "null" => CelValue.Null,
            "bool" => CelValue.From(value.GetBoolean()),
            "int" => CelValue.From(long.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "uint" => CelValue.From(ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "double" => CelValue.From(value.ValueKind == JsonValueKind.Number
                ? value.GetDouble()
                : double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)),
            "string" => CelValue.From(value.GetString()!),
            "bytes" => CelValue.From(value.GetBytesFromBase64()),
            "list" => CelValue.List(value.EnumerateArray().Select(Read)),
            "map" => CelValue.Map(value.EnumerateArray().Select(e => KeyValuePair.Create(Read(e[0]), Read(e[1])))),
            "type" => CelValue.Type(TypeNamed(value.GetString()!)),
            "timestamp" => Evaluate($"timestamp('{value.GetString()}')"),
            "duration" => Evaluate($"duration('{value.GetString()}')"),
            _ => throw new FormatException($"Unknown value kind '{kind}' in the suite."),
        };
    }

    public static bool AreIdentical(CelValue a, CelValue b)
    {
        if (a.Kind != b.Kind)
            return false;
        return a.Kind switch
        {
            CelValueKind.Double => BitConverter.DoubleToInt64Bits(a.AsDouble) == BitConverter.DoubleToInt64Bits(b.AsDouble) ||
                (double.IsNaN(a.AsDouble) && double.IsNaN(b.AsDouble)),
            CelValueKind.List => a.AsList.Count == b.AsList.Count && a.AsList.Zip(b.AsList).All(pair => AreIdentical(pair.First, pair.Second)),
            CelValueKind.Map => a.AsMap.Count == b.AsMap.Count &&
                a.AsMap.All(e => b.AsMap.Keys.Any(k => AreIdentical(k, e.Key)) && AreIdentical(e.Value, b.AsMap[e.Key])),
            CelValueKind.Error => a.ErrorMessage == b.ErrorMessage,
            CelValueKind.Optional => a.HasValue == b.HasValue && (!a.HasValue || AreIdentical(a.OptionalValue, b.OptionalValue)),
            _ => a == b,
        };
    }

    private static CelType TypeNamed(string name) => name switch
    {
        "list" => CelType.List(CelType.Dyn),
        "map" => CelType.Map(CelType.Dyn, CelType.Dyn),
        "type" => CelType.TypeType,
        "optional_type" => CelType.Optional(CelType.Dyn),
        _ when name.Contains('.') && !name.StartsWith("google.protobuf.", StringComparison.Ordinal) => CelType.Opaque(name),
        _ => CelSpecTypes.Parse(name),
    };

    private static CelValue Evaluate(string expression)
    {
        var environment = CelEnvironment.Create([]);
        return environment.Compile(expression).Program!.Evaluate(environment.NewActivation());
    }
}
