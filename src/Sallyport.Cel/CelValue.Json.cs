using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel.Values;

namespace Sallyport.Cel;

public readonly partial struct CelValue
{
    /// <summary>Reads JSON of any type: a number without fraction or exponent that fits 64 bits is an int, others are doubles.</summary>
    /// <param name="json">The JSON.</param>
    public static CelValue FromJson(JsonElement json) => JsonReading.Read(json, CelType.Dyn);

    /// <summary>
    /// Reads JSON as a declared type. A member that does not fit its type is an error value at its place; an element makes its list one.
    /// </summary>
    /// <param name="json">The JSON.</param>
    /// <param name="type">The declared type.</param>
    public static CelValue FromJson(JsonElement json, CelType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return JsonReading.Read(json, type);
    }

    /// <summary>
    /// The value as JSON. Octets become base64, timestamps RFC 3339 text, durations text in seconds, types their name, addresses and map
    /// keys text, and numbers that JSON cannot hold (NaN, infinities) text. An error, also inside a map, is the object <c>{"$error": message}</c>.
    /// </summary>
    public JsonNode? ToJson() => Kind switch
    {
        CelValueKind.Null => null,
        CelValueKind.Bool => JsonValue.Create(_bits != 0),
        CelValueKind.Int => JsonValue.Create(_bits),
        CelValueKind.Uint => JsonValue.Create((ulong)_bits),
        CelValueKind.Double when double.IsFinite(RawDouble) => JsonValue.Create(RawDouble),
        CelValueKind.Double => JsonValue.Create(ValueText.Double(RawDouble)),
        CelValueKind.Decimal => JsonValue.Create(RawDecimal),
        CelValueKind.String => JsonValue.Create(RawString),
        CelValueKind.Bytes => JsonValue.Create(Convert.ToBase64String(RawBytes)),
        CelValueKind.Timestamp => JsonValue.Create(TimestampText.Format(_bits, _extra)),
        CelValueKind.Duration => JsonValue.Create(DurationText.Format(_bits)),
        CelValueKind.Type => JsonValue.Create(RawType.Name),
        CelValueKind.Opaque => JsonValue.Create(RawOpaque.Text),
        CelValueKind.Optional => HasValue ? RawInner.ToJson() : null,
        CelValueKind.List => new JsonArray([.. RawList.Select(element => element.ToJson())]),
        CelValueKind.Map => MapToJson(),
        _ => new JsonObject { ["$error"] = ErrorMessage },
    };

    private JsonObject MapToJson()
    {
        var result = new JsonObject();
        foreach (var (key, value) in RawMap)
        {
            var name = key.Kind switch
            {
                CelValueKind.String => key.RawString,
                CelValueKind.Uint => ((ulong)key._bits).ToString(CultureInfo.InvariantCulture),
                _ => ValueText.Scalar(key),
            };
            result[name] = value.ToJson();
        }

        return result;
    }
}
