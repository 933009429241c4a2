using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Seeding;

internal sealed record SeedCustomer(
    string Id, string Name, string Email, string Region, long TenureDays, string Flags, string CreatedAt);

internal sealed record SeedOrder(
    string Id, string CustomerId, string Region, string Currency, long TotalMinor, long RefundedMinor, bool Disputed, bool Cancelled,
    string PlacedAt, string TimeZone);

/// <summary>
/// The customers and orders of a new ledger: a function of the seed only. Every instant counts back from <see cref="Base"/>, never
/// from the clock.
/// </summary>
internal sealed class SeedPlan
{
    public const int CustomerCount = 2_400;
    public const int OrderCount = 6_000;

    /// <summary>The instant at which the seeded history ends.</summary>
    public static readonly DateTimeOffset Base = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Regions = ["us", "eu", "apac"];
    private static readonly string[] Colours = ["Amber", "Azure", "Coral", "Ivory", "Jade", "Mauve", "Ochre", "Sable", "Teal", "Umber"];
    private static readonly string[] Things = ["Anchor", "Beacon", "Compass", "Ferry", "Harbor", "Lantern", "Mast", "Rudder", "Sextant", "Tiller"];

    private readonly SplitMix64 _random;

    private SeedPlan(ulong seed) => _random = new SplitMix64(seed);

    public List<SeedCustomer> Customers { get; } = new(CustomerCount);

    public List<SeedOrder> Orders { get; } = new(OrderCount);

    public static SeedPlan For(ulong seed)
    {
        var plan = new SeedPlan(seed);
        for (var number = 1; number <= CustomerCount; number++)
            plan.AddCustomer(number);
        for (var number = 1; number <= OrderCount; number++)
            plan.AddOrder(number);
        return plan;
    }

    public static string CustomerId(int number) => $"cus_{number:D6}";

    public static string OrderId(int number) => $"ord_{number:D6}";

    private static Scenario? ScenarioAt(int number) => number <= Scenarios.All.Count ? Scenarios.All[number - 1] : null;

    private void AddCustomer(int number)
    {
        var scenario = ScenarioAt(number);
        var colour = _random.Pick(Colours);
        var thing = _random.Pick(Things);
        var domain = _random.Pick(["example.com", "mail.example.com", "shop.test"]);
        var region = Regions[number % Regions.Length];
        var tenure = _random.Chance(10) ? _random.Between(0, 90) : _random.Between(91, 3_650);
        string[] flags =
        [
            .. _random.Chance(5) ? ["vip"] : Array.Empty<string>(),
            .. _random.Chance(2) ? ["fraud-watch"] : Array.Empty<string>(),
            .. _random.Chance(1) ? ["legal-hold"] : Array.Empty<string>(),
        ];
        if (scenario is not null)
            (region, tenure, flags) = (scenario.Region, scenario.TenureDays, scenario.Flags ?? []);

        Customers.Add(new SeedCustomer(
            CustomerId(number),
            $"{colour} {thing} (synthetic {number})",
            $"{colour}.{thing}.{number:D6}@{domain}".ToLowerInvariant(),
            region,
            tenure,
            string.Join(',', flags),
            Instant.Text(Base.AddDays(-tenure))));
    }

    private void AddOrder(int number)
    {
        var scenario = ScenarioAt(number);
        var customer = scenario is null ? Customers[(int)_random.Between(Scenarios.All.Count, CustomerCount - 1)] : Customers[number - 1];
        var total = TotalMinor();
        var state = _random.Between(0, 99);
        var refunded = state switch
        {
            < 78 => 0,
            < 88 => Math.Min(_random.Between(1, total), Math.Max(total - 1, 1)),
            < 93 => total,
            < 97 => _random.Chance(20) ? total / 2 : 0,
            _ => 0,
        };
        var currency = customer.Region switch { "us" => "USD", "eu" => "EUR", _ => _random.Pick(["USD", "EUR"]) };
        var disputed = state is >= 93 and < 97;
        var cancelled = state >= 97;
        if (scenario is not null)
        {
            (total, refunded, currency) = (scenario.TotalMinor, scenario.RefundedMinor, scenario.Currency);
            (disputed, cancelled) = (scenario.Disputed, scenario.Cancelled);
        }

        var ageMinutes = Math.Min(_random.Between(60, 180 * 24 * 60), Math.Max(customer.TenureDays * 24 * 60, 60));
        Orders.Add(new SeedOrder(
            OrderId(number), customer.Id, customer.Region, currency, total, refunded, disputed, cancelled,
            Instant.Text(Base.AddMinutes(-ageMinutes)), _random.Pick(TimeZones(customer.Region))));
    }

    /// <summary>From a few cents to 900,000, dense around the usual approval limits of 5,000 and 50,000.</summary>
    private long TotalMinor()
    {
        var size = _random.Between(0, 99);
        return size switch
        {
            < 3 => _random.Between(5, 99),
            < 40 => _random.Between(100, 5_000),
            < 45 => _random.Pick([4_999L, 5_000L, 5_001L, 49_999L, 50_000L, 50_001L]),
            < 80 => _random.Between(5_001, 50_000),
            _ => _random.Between(50_001, 900_000),
        };
    }

    private static string[] TimeZones(string region) => region switch
    {
        "us" => ["America/New_York", "America/Chicago", "America/Los_Angeles"],
        "eu" => ["Europe/Berlin", "Europe/Paris", "Europe/Dublin"],
        _ => ["Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"],
    };
}
