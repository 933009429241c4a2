using System.Security.Cryptography;
using System.Text;
using Dapper;
using Sallyport.Samples.Payments.Hosting;
using Sallyport.Samples.Payments.Seeding;
using Sallyport.Samples.Payments.Storage;
using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class SeedTests
{
    private const string SeedOf42 = "220303f07364bf5ae5fb1a6793663f4539278442183a7eee54c986f3e55e311a";

    [Fact]
    public void Seed_OfFortyTwo_GivesExactlyTheseRows() => Assert.Equal(SeedOf42, HashOfRows(42));

    [Fact]
    public void Seed_Repeated_GivesTheSameRows_AndAnotherSeedOthers()
    {
        Assert.Equal(HashOfRows(7), HashOfRows(7));
        Assert.NotEqual(HashOfRows(7), HashOfRows(8));
    }

    [Fact]
    public void Seed_ForPolicies_HasCandidatesForEveryBranchInEveryRegion()
    {
        var plan = SeedPlan.For(42);
        Assert.True(plan.Customers.Count >= 2_000);
        Assert.True(plan.Orders.Count >= 5_000);
        foreach (var region in new[] { "us", "eu", "apac" })
        {
            var orders = plan.Orders.Where(order => order.Region == region).ToList();
            var open = orders.Where(order => !order.Disputed && !order.Cancelled).ToList();
            Assert.InRange(open.Count(order => order.TotalMinor - order.RefundedMinor is > 0 and <= 5_000), 100, int.MaxValue);
            Assert.InRange(open.Count(order => order.TotalMinor - order.RefundedMinor is > 5_000 and <= 50_000), 100, int.MaxValue);
            Assert.InRange(open.Count(order => order.TotalMinor - order.RefundedMinor > 50_000), 100, int.MaxValue);
            Assert.InRange(orders.Count(order => order.Disputed), 20, int.MaxValue);
            Assert.InRange(orders.Count(order => order.Cancelled), 20, int.MaxValue);
            Assert.InRange(open.Count(order => order.RefundedMinor > 0 && order.RefundedMinor < order.TotalMinor), 20, int.MaxValue);
            Assert.InRange(open.Count(order => order.RefundedMinor == order.TotalMinor), 20, int.MaxValue);

            var customers = plan.Customers.Where(customer => customer.Region == region).ToList();
            Assert.InRange(customers.Count(customer => customer.TenureDays <= 90), 20, int.MaxValue);
            foreach (var flag in new[] { "vip", "legal-hold", "fraud-watch" })
                Assert.Contains(customers, customer => customer.Flags.Split(',').Contains(flag));
        }

        Assert.Equal(["EUR", "USD"], plan.Orders.Where(order => order.Region == "apac").Select(order => order.Currency).Distinct().Order());
        Assert.True(plan.Orders.Min(order => order.TotalMinor) < 100);
        Assert.Equal(900_000, plan.Orders.Max(order => order.TotalMinor));
        Assert.All(plan.Customers, customer => Assert.Matches(@"@((mail\.)?example\.com|shop\.test)$", customer.Email));
        Assert.All(plan.Orders, order => TimeZoneInfo.FindSystemTimeZoneById(order.TimeZone));
    }

    [Fact]
    public void Ledger_WithAnotherSeed_IsNotOpened()
    {
        using var directory = new LedgerDirectory();
        var refused = Assert.Throws<StartRefusedException>(() => LedgerDatabase.Open(directory.Path, 43, TimeProvider.System));
        Assert.Contains("seeded with 42", refused.Message);
        LedgerDatabase.Open(directory.Path, null, TimeProvider.System).Dispose();
    }

    [Fact]
    public void Ledger_ThatIsNoDatabase_IsNotOpened()
    {
        using var directory = new LedgerDirectory(empty: true);
        File.WriteAllText(Path.Combine(directory.Path, "ledger.db"), new string('x', 8_192));
        Assert.Throws<StartRefusedException>(() => LedgerDatabase.Open(directory.Path, null, TimeProvider.System));
    }

    [Fact]
    public void Scenarios_InTheReadme_AreTheSeededOnes()
    {
        var readme = Repository.Read("workflows/refund/payments/README.md");
        for (var i = 0; i < Scenarios.All.Count; i++)
        {
            var scenario = Scenarios.All[i];
            var note = scenario.Disputed ? "disputed " : scenario.Cancelled ? "cancelled " : scenario.Flags is [var flag] ? flag + " " : "";
            Assert.Contains(
                $"| {SeedPlan.OrderId(i + 1)} | {scenario.Name} | {scenario.Region} | {scenario.Currency} | {scenario.TotalMinor} "
                + $"| {scenario.RefundedMinor} | {scenario.TenureDays} | {note}|",
                readme);
        }
    }

    /// <summary>SHA-256 over every column of every seeded row, in id order.</summary>
    private static string HashOfRows(ulong seed)
    {
        using var directory = new LedgerDirectory(empty: true);
        using var database = LedgerDatabase.Open(directory.Path, seed, new ManualTimeProvider());
        using var reader = database.OpenReader();
        var text = new StringBuilder();
        foreach (var table in new[] { "customers", "orders" })
        {
            foreach (IDictionary<string, object> row in reader.Query($"SELECT * FROM {table} ORDER BY id"))
                text.AppendJoin('|', row.Values).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
