using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Contracts.Money;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>
/// Requirement A1.4: every number says its unit, money is integer minor units beside an ISO 4217 currency, and a time says its zone.
/// "500" must never be able to mean dollars to one reader and cents to the next.
/// </summary>
internal static partial class UnitCheck
{
    private const string MoneyUnit = "currency.minor";

    private static readonly string[] Units =
    [
        MoneyUnit, "count", "percent", "ratio", "milliseconds", "seconds", "minutes", "hours", "days", "bytes", "grams", "kilograms", "meters",
        "kilometers", "celsius", "version",
    ];

    /// <summary>Checks the properties of the schema at a pointer, and of the objects inside it.</summary>
    internal static void Run(BundleSection section, string pointer)
    {
        if (section.Find(pointer) is not { ValueKind: JsonValueKind.Object } schema) return;
        var properties = section.Find(pointer + "/properties");
        foreach (var child in section.Children(pointer + "/properties")) Check(section, child, properties!.Value);
        if (schema.TryGetProperty("items", out _)) Run(section, pointer + "/items");
    }

    private static void Check(BundleSection section, string pointer, JsonElement siblings)
    {
        var name = pointer[(pointer.LastIndexOf('/') + 1)..];
        if (section.Find(pointer) is not { ValueKind: JsonValueKind.Object } schema) return;
        var types = Types(schema);
        if (types.Contains("integer") || types.Contains("number")) CheckNumber(section, pointer, name, types, siblings);
        if (types.Contains("string")) CheckTime(section, pointer, name, siblings);
        if (name == "currency") CheckCurrency(section, pointer, schema);
        Run(section, pointer);
        if (schema.TryGetProperty("items", out _)) Run(section, pointer + "/items");
    }

    private static void CheckNumber(BundleSection section, string pointer, string name, List<string> types, JsonElement siblings)
    {
        var unit = section.OptionalText(pointer + "/unit");
        if (unit is null)
        {
            section.Fault(pointer, MoneyName().IsMatch(name)
                ? $"\"{name}\" looks like money but says no unit: add unit: {MoneyUnit} and a currency property beside it."
                : $"The number \"{name}\" says no unit; add unit, for example count or days.");
            return;
        }

        if (!Units.Contains(unit)) section.Fault(pointer + "/unit", $"\"{unit}\" is not a unit that contracts know.", NearestName.Find(unit, Units));
        if (unit != MoneyUnit)
        {
            if (MoneyName().IsMatch(name) && name.EndsWith("_minor", StringComparison.Ordinal))
                section.Fault(pointer + "/unit", $"\"{name}\" is named like money, so its unit must be {MoneyUnit}.");
            return;
        }

        if (types.Contains("number")) section.Fault(pointer + "/type", $"Money is counted in whole minor units: \"{name}\" must be type: integer.");
        if (!siblings.TryGetProperty("currency", out _))
            section.Fault(pointer, $"\"{name}\" is money without a currency: add a property \"currency\" (ISO 4217) beside it.");
    }

    private static void CheckTime(BundleSection section, string pointer, string name, JsonElement siblings)
    {
        var format = section.OptionalText(pointer + "/format");
        var timed = format is "date-time" or "date" or "time";
        if (!timed && TimeName().IsMatch(name))
        {
            section.Fault(pointer, $"\"{name}\" looks like a time but says no format: add format: date-time, date or time.");
            return;
        }

        if (!timed || section.Find(pointer + "/zone") is not null || siblings.TryGetProperty("time_zone", out _)) return;
        section.Fault(pointer, $"\"{name}\" is a time without a zone: add zone: utc, or a property \"time_zone\" (an IANA name) beside it.");
    }

    private static void CheckCurrency(BundleSection section, string pointer, JsonElement schema)
    {
        if (!schema.TryGetProperty("enum", out var codes))
        {
            section.Fault(pointer, "A currency lists the ISO 4217 codes that it accepts: enum: [USD, EUR].");
            return;
        }

        foreach (var (code, index) in codes.EnumerateArray().Select((code, index) => (code, index)))
        {
            var text = code.ValueKind == JsonValueKind.String ? code.GetString()! : code.GetRawText();
            if (!Iso4217.Codes.Contains(text))
                section.Fault($"{pointer}/enum/{index}", $"\"{text}\" is not an ISO 4217 currency.", NearestName.Find(text, Iso4217.Codes));
        }
    }

    private static List<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(item => item.GetString() ?? "")]
        : [type.GetString() ?? ""];

    [GeneratedRegex("(^|_)(amount|price|total|fee|cost|balance|charge|payment|refund|refunded|refundable|minor)(_|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MoneyName();

    [GeneratedRegex("(_at|_date|_time|_deadline|_until)$|^(date|deadline|timestamp)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeName();
}
