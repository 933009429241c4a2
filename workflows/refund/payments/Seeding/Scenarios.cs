namespace Sallyport.Samples.Payments.Seeding;

/// <summary>One named order at a fixed id, with its customer under the same number. The same for every seed.</summary>
internal sealed record Scenario(
    string Name,
    string Region,
    string Currency,
    long TotalMinor,
    long RefundedMinor,
    int TenureDays,
    bool Disputed = false,
    bool Cancelled = false,
    string[]? Flags = null);

/// <summary>The orders that demos and tests call by name; <c>ord_000001</c> is the first row. The README shows the same table.</summary>
internal static class Scenarios
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("small-eu", "eu", "EUR", 4_200, 0, 1_460),
        new("small-us", "us", "USD", 3_500, 0, 900),
        new("medium-eu", "eu", "EUR", 32_000, 0, 720),
        new("large-eu", "eu", "EUR", 250_000, 0, 1_100),
        new("large-us", "us", "USD", 900_000, 0, 2_000),
        new("disputed", "eu", "EUR", 18_000, 0, 400, Disputed: true),
        new("cancelled", "us", "USD", 7_500, 0, 510, Cancelled: true),
        new("fully-refunded", "eu", "EUR", 6_400, 6_400, 650),
        new("partially-refunded", "us", "USD", 20_000, 12_500, 830),
        new("legal-hold", "eu", "EUR", 4_800, 0, 800, Flags: ["legal-hold"]),
        new("new-customer", "us", "USD", 2_500, 0, 12),
        new("vip", "apac", "USD", 48_000, 0, 2_900, Flags: ["vip"]),
        new("small-apac", "apac", "USD", 4_900, 0, 1_200),
        new("fraud-watch", "apac", "EUR", 4_500, 0, 300, Flags: ["fraud-watch"]),
    ];
}
