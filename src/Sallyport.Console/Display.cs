using System.Globalization;
using System.Text.Json;

namespace Sallyport.Console;

/// <summary>How values are shown to people.</summary>
public static class Display
{
    /// <summary>A time in words, with its zone.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Time left or gone, roughly.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "over",
        { TotalMinutes: < 2 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 2 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>A member's name in words; money is shown as an amount, so its unit is left out.</summary>
    public static string Label(string name) => (name.EndsWith("_minor", StringComparison.Ordinal) ? name[..^"_minor".Length] : name).Replace('_', ' ');

    /// <summary>A value; minor units of a known currency also as an amount.</summary>
    public static string Value(string name, JsonElement value, JsonElement siblings)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var isMoney = name.EndsWith("_minor", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Number && siblings.TryGetProperty("currency", out _);
        return isMoney ? $"{(value.GetInt64() / 100m).ToString("N2", CultureInfo.InvariantCulture)} {siblings.GetProperty("currency").GetString()}" : text;
    }

    /// <summary>The members of an object; nothing for anything else.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : [];
}
