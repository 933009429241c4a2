using System.Runtime.InteropServices;
using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Formats;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Patterns;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Builders for the assertions about single values (validation §6).</summary>
internal static class ValueKeywords
{
    private static readonly string[] TypeNames = ["array", "boolean", "integer", "null", "number", "object", "string"];

    public static void Types(SchemaSite site, string keyword, JsonElement value)
    {
        var names = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : site.Names(keyword, value);
        if (names is null) return;
        if (names.Length == 0) site.Issue(keyword, "type must name at least one type.");
        var allowed = JsonTypes.None;
        foreach (var name in names)
        {
            var one = TypeTest.Parse(name);
            if (one == JsonTypes.None)
            {
                var nearest = NearestName.Of(name, TypeNames);
                site.Issue(keyword, $"\"{JsonDisplay.Text(name)}\" is not a type{(nearest is null ? "." : $"; did you mean \"{nearest}\"?")}", nearest);
            }

            allowed |= one;
        }

        site.Add(new TypeTest(site.PathOf(keyword), allowed));
    }

    public static void Const(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new OneOfValues(site.PathOf(keyword), keyword, [value]));

    public static void Enum(SchemaSite site, string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) site.Issue(keyword, "enum must be a list.");
        else site.Add(new OneOfValues(site.PathOf(keyword), keyword, [.. value.EnumerateArray()]));
    }

    public static void Bound(SchemaSite site, string keyword, JsonElement value)
    {
        if (NumberOf(site, keyword, value) is { } limit) site.Add(new NumberBound(site.PathOf(keyword), keyword, limit, value));
    }

    public static void MultipleOf(SchemaSite site, string keyword, JsonElement value)
    {
        if (NumberOf(site, keyword, value) is not { } divisor) return;
        if (!divisor.IsPositive || divisor.DigitCount > JsonNumber.MaxDivisibleDigits)
            site.Issue(keyword, "multipleOf must be a number greater than 0.");
        else site.Add(new MultipleOf(site.PathOf(keyword), divisor, value));
    }

    public static void Count(SchemaSite site, string keyword, JsonElement value)
    {
        if (CountOf(value) is not { } count)
        {
            site.Issue(keyword, $"{keyword} must be a whole number that is not negative.");
            return;
        }

        // minContains and maxContains are read by contains and mean nothing without it.
        if (keyword is "minContains" or "maxContains") return;
        var isMinimum = keyword.StartsWith("min", StringComparison.Ordinal);
        site.Add(keyword[3..] switch
        {
            "Length" => new LengthBound(site.PathOf(keyword), keyword, count, isMinimum),
            "Items" => new ItemCountBound(site.PathOf(keyword), keyword, count, isMinimum),
            _ => new PropertyCountBound(site.PathOf(keyword), keyword, count, isMinimum),
        });
    }

    public static void Pattern(SchemaSite site, string keyword, JsonElement value)
    {
        if (!site.IsText(keyword, value, out var pattern)) return;
        var matcher = PatternMatcher.Create(pattern, site.Options.PatternTimeout, out var problem);
        if (matcher is null) site.Issue(keyword, $"The pattern is not usable: {problem}.");
        else site.Add(new PatternTest(site.PathOf(keyword), matcher));
    }

    public static void Format(SchemaSite site, string keyword, JsonElement value)
    {
        if (!site.IsText(keyword, value, out var name)) return;
        if (!site.Options.AssertFormats && !site.Dialect.Has(Vocabularies.FormatAssertion)) return;
        if (FormatTable.Find(name) is { } format) site.Add(new FormatTest(site.PathOf(keyword), name, format));
        else if (site.Options.RefuseUnknownKeywords)
            site.Issue(keyword, $"\"{JsonDisplay.Text(name)}\" is not a format that can be checked.", NearestName.Of(name,
                FormatTable.Names));
    }

    /// <summary>
    /// A count in a schema: a non-negative integer, also when written <c>2.0</c>. Counts beyond the integers are beyond every instance
    /// too.
    /// </summary>
    public static int? CountOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(value), out var number)) return null;
        if (!number.IsInteger || (!number.IsPositive && number.DigitCount > 0)) return null;
        return value.TryGetDecimal(out var exact) && exact <= int.MaxValue ? (int)exact : int.MaxValue;
    }

    private static JsonNumber? NumberOf(SchemaSite site, string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(value), out var number))
            return number;
        site.Issue(keyword, value.ValueKind == JsonValueKind.Number ? $"{keyword} is out of range."
            : $"{keyword} must be a number, not {JsonDisplay.Kind(value.ValueKind)}.");
        return null;
    }
}
