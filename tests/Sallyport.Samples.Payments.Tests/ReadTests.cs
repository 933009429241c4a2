using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class ReadTests
{
    [Fact]
    public async Task Order_ById_ShowsExactlyTheDocumentedFields()
    {
        await using var payments = await RunningPayments.StartAsync();
        var order = await payments.Client.GetAsync("/orders/ord_000009");

        order.MustBe(200);
        Assert.Equal("application/json", order.ContentType);
        Assert.Equal(
            ["id", "customer_id", "region", "currency", "total_minor", "refunded_minor", "refundable_minor", "status", "disputed", "placed_at", "time_zone", "updated_at", "version"],
            order.Body.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("cus_000009", "us", "USD", "partially_refunded"), (order.Str("customer_id"), order.Str("region"), order.Str("currency"), order.Str("status")));
        Assert.Equal((20_000, 12_500, 7_500, 1), (order.Num("total_minor"), order.Num("refunded_minor"), order.Num("refundable_minor"), order.Num("version")));
        Assert.Equal("2026-06-01T00:00:00.000Z", order.Str("updated_at"));
    }

    [Theory]
    [InlineData("ord_000001", "paid", 4_200)]
    [InlineData("ord_000006", "disputed", 0)]
    [InlineData("ord_000007", "cancelled", 0)]
    [InlineData("ord_000008", "fully_refunded", 0)]
    public async Task Order_InEachState_TellsWhatCanBeRefunded(string id, string status, long refundable)
    {
        await using var payments = await RunningPayments.StartAsync();
        var order = await payments.Client.GetAsync($"/orders/{id}");

        Assert.Equal((status, refundable), (order.Str("status"), order.Num("refundable_minor")));
        Assert.Equal(status == "disputed", order.Body.GetProperty("disputed").GetBoolean());
    }

    [Fact]
    public async Task Customer_ByIdAndByEmail_IsTheSame()
    {
        await using var payments = await RunningPayments.StartAsync();
        var byId = await payments.Client.GetAsync("/customers/cus_000010");
        var byEmail = await payments.Client.GetAsync("/customers?email=" + byId.Str("email").ToUpperInvariant());

        Assert.Equal(800, byId.Num("tenure_days"));
        Assert.Equal("legal-hold", Assert.Single(byId.Body.GetProperty("flags").EnumerateArray()).GetString());
        Assert.Equal(byId.Text, Assert.Single(byEmail.Data).GetRawText());
        Assert.Empty((await payments.Client.GetAsync("/customers?email=nobody@example.com")).Data);
    }

    [Fact]
    public async Task Customer_ByOrder_IsTheOrdersCustomer()
    {
        await using var payments = await RunningPayments.StartAsync();
        var byOrder = await payments.Client.GetAsync("/orders/ord_000010/customer");

        byOrder.MustBe(200);
        Assert.Equal((await payments.Client.GetAsync("/customers/cus_000010")).Text, byOrder.Text);
        (await payments.Client.GetAsync("/orders/ord_999999/customer")).MustBe(404, "order_not_found");
    }

    [Fact]
    public async Task Orders_OfACustomer_ArePagedById()
    {
        await using var payments = await RunningPayments.StartAsync();
        var all = (await payments.Client.GetAsync("/orders?customer=cus_000100")).Data;
        var rest = (await payments.Client.GetAsync($"/orders?customer=cus_000100&after={all[0].GetProperty("id").GetString()}")).Data;

        Assert.True(all.Length > 1);
        Assert.All(all, order => Assert.Equal("cus_000100", order.GetProperty("customer_id").GetString()));
        Assert.Equal(all.Skip(1).Select(order => order.GetRawText()), rest.Select(order => order.GetRawText()));
    }

    [Fact]
    public async Task Ledger_ByPage_GivesEveryEntryOnceInOrder()
    {
        await using var payments = await RunningPayments.StartAsync();
        for (var i = 1; i <= 5; i++)
            (await payments.Client.RefundAsync($"page-{i}")).MustBe(201);

        var seen = new List<string>();
        for (long after = 0, more = 1; more == 1;)
        {
            var page = await payments.Client.GetAsync($"/ledger?after={after}&limit=2");
            seen.AddRange(page.Data.Select(entry => entry.GetProperty("idempotency_key").GetString()!));
            after = page.Data[^1].GetProperty("seq").GetInt64();
            more = page.Body.GetProperty("has_more").GetBoolean() ? 1 : 0;
        }

        Assert.Equal(["page-1", "page-2", "page-3", "page-4", "page-5"], seen);
    }

    [Fact]
    public async Task Health_WithoutAKey_Answers()
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.GetAsync("/healthz", bearer: null)).MustBe(200);
    }
}
