using System.Globalization;
using System.Text.Json;
using Sallyport.Contracts.Money;
using Sallyport.Contracts.Wire;

namespace Sallyport.Console;

/// <summary>How values are shown to people.</summary>
public static class Display
{
    /// <summary>A time in words, with its zone.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A time for programs.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Time left or gone, roughly.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "over",
        { TotalMinutes: < 2 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 2 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>How long ago, or in how long.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now) =>
        at > now ? $"in {Span(at - now)}" : now - at < TimeSpan.FromSeconds(5) ? "just now" : $"{Span(now - at)} ago";

    /// <summary>A duration that was measured.</summary>
    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 10 => milliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 1_000 => milliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms",
        < 120_000 => (milliseconds / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + " s",
        _ => Span(TimeSpan.FromMilliseconds(milliseconds)),
    };

    /// <summary>A share; a dash where nothing was counted.</summary>
    public static string Percent(double? share) => share is { } value ? (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>A number as an attribute of a drawing.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A wire name in words: <c>money_movement</c> is "money movement".</summary>
    public static string Words(string name) => name.Replace('_', ' ');

    /// <summary>A member's name in words; money is shown as an amount, so its unit is left out.</summary>
    public static string Label(string name) => PlainText.Visible((name.EndsWith("_minor", StringComparison.Ordinal) ? name[..^"_minor".Length] : name).Replace('_', ' ').Replace(".", " › ", StringComparison.Ordinal));

    /// <summary>A value; minor units of a known currency as an amount.</summary>
    public static string Value(string name, JsonElement value, JsonElement siblings) =>
        Money(name, value, siblings) ?? PlainText.Visible(value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Null => "nothing",
            JsonValueKind.Array when value.GetArrayLength() == 0 => "none",
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
                string.Join(", ", value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetRawText())),
            _ => value.GetRawText(),
        });

    /// <summary>The amount of a member of minor units beside a currency; null for anything else.</summary>
    public static string? Money(string name, JsonElement value, JsonElement siblings) =>
        name.EndsWith("_minor", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var minor)
        && siblings.ValueKind == JsonValueKind.Object && siblings.TryGetProperty(CurrencyOf(name), out var currency) && currency.ValueKind == JsonValueKind.String
            ? Iso4217.Format(minor, currency.GetString()!) : null;

    /// <summary>Who may approve, in words: <c>group:support-leads</c> is "support-leads".</summary>
    public static string Approvers(IEnumerable<string> anyOf) => string.Join(" or ", anyOf.Select(who => PlainText.Visible(who.StartsWith("group:", StringComparison.Ordinal) || who.StartsWith("user:", StringComparison.Ordinal) ? who[(who.IndexOf(':', StringComparison.Ordinal) + 1)..] : who)));

    /// <summary>The member that names the currency of an amount; bound facts are named by their path, <c>order.total_minor</c>.</summary>
    internal static string CurrencyOf(string name) => name[..(name.LastIndexOf('.') + 1)] + "currency";

    /// <summary>The first amount among the members of an object, or null.</summary>
    public static string? Amount(JsonElement json) => Members(json).Select(member => Money(member.Name, member.Value, json)).FirstOrDefault(amount => amount is not null);

    /// <summary>The members of an object; nothing for anything else.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : [];

    /// <summary>JSON that people read, invisible characters spelled out.</summary>
    public static string Pretty(JsonElement json) => PlainText.Visible(JsonSerializer.Serialize(json, Indented));

    /// <summary>Tone of a risk class.</summary>
    public static string RiskTone(string risk) => risk switch
    {
        "destructive" or "unknown" => "bad",
        "money_movement" or "access" => "doubt",
        "customer_comms" => "info",
        _ => "",
    };

    /// <summary>Order of risk classes, the riskiest first.</summary>
    public static int RiskRank(string risk) => risk switch { "destructive" or "unknown" => 0, "money_movement" => 1, "access" => 2, "customer_comms" => 3, "low" => 4, _ => 5 };

    /// <summary>Tone of an action's state.</summary>
    public static string StateTone(string state) => state switch
    {
        "succeeded" => "good",
        "failed" or "denied" => "bad",
        "unknown" or "expired" or "escalated" => "doubt",
        "pending" or "approved" or "dispatching" => "info",
        _ => "",
    };

    private static readonly JsonSerializerOptions Indented = new(WireJson.Options) { WriteIndented = true };
}
