using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Support.McpWire;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The same thing said again: by a client whose stream was cut, by many at once, by two people, before and after a crash.</summary>
[Collection(CrashCollection.Name)]
[Trait("req", "AC.3")]
public sealed class DuplicateTests(CrashFixture fixture)
{
    [Fact]
    public async Task Key_UsedAHundredTimesAtOnceThroughACrash_HasOneActionAndOneEffect()
    {
        var (_, gate, calls, oracle) = await fixture.CopyAsync();
        await using var _ = gate;
        await gate.StartAsync();
        (await calls.RefundAsync("first"))!.MustBe(200, "succeeded");
        await fixture.Base.Payments.FaultAsync("slow", 1, 1_000);
        var before = Enumerable.Range(0, 100).Select(_ => calls.RefundAsync("same", amount: 4)).ToList();
        await CrashCalls.UntilAsync(async () => (await oracle.LedgerAsync()).Count == 2);
        await gate.KillAsync();
        await Task.WhenAll(before);
        await gate.StartAsync();

        var after = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => calls.RefundAsync("same", amount: 4)));

        var actions = after.Concat(await Task.WhenAll(before)).Select(reply => reply?.Str("action_id")).OfType<string>().Distinct(StringComparer.Ordinal);
        Assert.Single(actions);
        await oracle.SettleAsync();
        Assert.Equal(2, (await oracle.LedgerAsync()).Count);
        Assert.Empty(await oracle.ViolationsAsync(new Dictionary<string, string>()));
    }

    [Fact]
    public async Task Approval_GivenTwiceAndAgainstADenial_IsDecidedOnceAndStaysSoThroughACrash()
    {
        var (_, gate, calls, oracle) = await fixture.CopyAsync();
        await using var _ = gate;
        await gate.StartAsync();
        var (twice, raced) = (await calls.PendingAsync("twice"), await calls.PendingAsync("raced"));

        var same = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => calls.DecideAsync(fixture.Base.Dana, twice, approve: true)));
        var both = await Task.WhenAll(calls.DecideAsync(fixture.Base.Dana, raced, approve: true), calls.DecideAsync(fixture.Base.Erin, raced, approve: false));

        Assert.Single(same, reply => reply!.Status == 200);
        Assert.Contains(both, reply => reply!.Status == 200);
        await oracle.SettleAsync();
        var decided = await calls.StateAsync(raced.ActionId);
        Assert.True(decided is "succeeded" or "denied", decided);
        await gate.KillAsync();
        await gate.StartAsync();
        foreach (var approve in (bool[])[true, false]) Assert.NotEqual(200, (await calls.DecideAsync(fixture.Base.Erin, raced, approve))!.Status);
        Assert.Equal(decided == "succeeded" ? 2 : 1, (await oracle.LedgerAsync()).Count);
        Assert.Empty(await oracle.ViolationsAsync(new Dictionary<string, string> { [twice.ActionId] = "succeeded", [raced.ActionId] = decided }));
    }

    [Fact]
    public async Task ToolCall_SentAgainWithANewRequestIdAfterItsStreamWasCut_HasOneEffect()
    {
        await using var gate = await TestGate.StartAsync();
        await gate.Payments.FaultAsync("slow", 1, 1_500);
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        using (var cut = new CancellationTokenSource())
        using (var http = new HttpClient())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, gate.Url + "/mcp") { Content = new StringContent(Call(1), null, "application/json") };
            request.Headers.Authorization = new("Bearer", await gate.TokenAsync());
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
            foreach (var (name, value) in Headers) request.Headers.Add(name, value);
            var lost = http.SendAsync(request, cut.Token);
            await CrashCalls.UntilAsync(async () => (await gate.Payments.LedgerAsync()).Count == 1);
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        }

        var again = Result(await gate.PostMcpAsync(Call(2), await gate.TokenAsync(), Headers));

        var action = again.GetProperty("structuredContent").GetProperty("action_id").GetString()!;
        (await gate.WaitAsync(action)).MustBe(200, "succeeded");
        Assert.Equal(action, Assert.Single(await gate.Payments.LedgerAsync()).IdempotencyKey);

        string Call(int id)
        {
            var call = McpWire.Call("tools/call", new JsonObject { ["name"] = "issue_refund", ["arguments"] = System.Text.Json.JsonSerializer.SerializeToNode(Refund(task, key, "ord_000001", 7, "EUR")) }, Newest);
            call["id"] = id;
            return call.ToJsonString();
        }
    }

    private static (string, string)[] Headers => [("MCP-Protocol-Version", Newest), ("Mcp-Method", "tools/call"), ("Mcp-Name", "issue_refund")];
}
