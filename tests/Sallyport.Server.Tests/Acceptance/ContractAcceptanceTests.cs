using System.Text.Json;
using Sallyport.Server.Tests.Support;
using Sallyport.Workflows;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>A1: one strict contract per tool, dry runs, idempotency, units, server-side rules, errors that say what to do.</summary>
public sealed class ContractAcceptanceTests(TestGate gate) : IClassFixture<TestGate>
{
    private static readonly Release Bundle = BundleCompiler.CompileFolder(Repository.RefundBundle).Release!;

    [Fact, Trait("req", "A1.1")]
    public async Task Contract_IsOneEndpointPerTool_TheSameInTheListAndInOpenApi()
    {
        var tools = (await gate.SendAsync(HttpMethod.Get, "/v1/tools", null, await gate.TokenAsync())).MustBe(200).Body.GetProperty("tools").EnumerateArray().ToList();
        var openApi = (await gate.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, null)).MustBe(200).Body;

        Assert.Equal(Bundle.Tools.Keys.Order(StringComparer.Ordinal), tools.Select(tool => tool.GetProperty("name").GetString()));
        Assert.StartsWith("3.1", openApi.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        foreach (var tool in tools)
        {
            var (name, schema) = (tool.GetProperty("name").GetString()!, tool.GetProperty("input_schema"));
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
            var served = openApi.GetProperty("paths").GetProperty($"/v1/tools/{name}/actions").GetProperty("post").GetProperty("requestBody").GetProperty("content")
                .GetProperty("application/json").GetProperty("schema").GetProperty("properties").GetProperty("arguments");
            Assert.True(JsonElement.DeepEquals(schema, served), $"OpenAPI shows another schema for {name}");
        }
    }

    [Fact, Trait("req", "A1.2")]
    public async Task DryRun_ShowsTheDiffThatTheRealCallMakes_AndChangesNothing()
    {
        var before = await gate.Payments.GetAsync("/orders/ord_000012");
        var entries = (await gate.Payments.LedgerAsync()).Count;

        var dry = (await gate.RefundAsync("ord_000012", 900, "USD", dryRun: true)).MustBe(200, "dry_run");

        Assert.Equal("approve", dry.Str("decision"));
        Assert.Equal(before.GetRawText(), (await gate.Payments.GetAsync("/orders/ord_000012")).GetRawText());
        Assert.Equal(entries, (await gate.Payments.LedgerAsync()).Count);
        Assert.Equal(404, (await gate.WaitAsync(dry.ActionId, 0)).Status);

        var pending = (await gate.RefundAsync("ord_000012", 900, "USD")).MustBe(202, "pending");
        Assert.True(JsonElement.DeepEquals(dry.Body.GetProperty("diff"), pending.Body.GetProperty("diff")));
        (await gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        var order = await gate.Payments.GetAsync("/orders/ord_000012");
        var after = dry.Body.GetProperty("diff").GetProperty("after");
        Assert.Equal(after.GetProperty("refunded_minor").GetInt64(), order.GetProperty("refunded_minor").GetInt64());
        Assert.Equal(after.GetProperty("refundable_minor").GetInt64(), order.GetProperty("refundable_minor").GetInt64());
    }

    [Fact, Trait("req", "A1.3"), Trait("req", "AC.3")]
    public async Task HundredParallelCallsWithOneKey_HaveOneEffectAndIdenticalAnswers()
    {
        var (task, key) = (await gate.OpenTaskAsync(gate.EuAgent), gate.NewKey());

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => gate.RefundAsync("ord_000001", 111, "EUR", task, key, agent: gate.EuAgent)));

        Assert.All(answers, answer => answer.MustBe(200, "succeeded"));
        Assert.Single(answers.Select(answer => answer.Text).Distinct(StringComparer.Ordinal));
        Assert.Single(await gate.Payments.LedgerOfAsync(answers[0].ActionId));
        Assert.Single(await gate.Payments.LedgerAsync(), entry => entry.Amount == 111);
        (await gate.RefundAsync("ord_000001", 112, "EUR", task, key, agent: gate.EuAgent)).MustBe(422, "idempotency_key_reuse");
    }

    [Fact, Trait("req", "A1.4")]
    public void Contract_WithMoneyButNoCurrency_QuantityWithoutUnitOrTimeWithoutZone_IsRefused()
    {
        foreach (var (find, replace) in ((string, string)[])
        [
            ("minimum: 1, maximum: 100000000, unit: currency.minor", "minimum: 1, maximum: 100000000"),
            ("reason: { type: string, enum: [damaged, late, duplicate, goodwill] }", "reason: { type: string, enum: [damaged, late, duplicate, goodwill] }\n    parcels: { type: integer, minimum: 0 }"),
            ("reason: { type: string, enum: [damaged, late, duplicate, goodwill] }", "reason: { type: string, enum: [damaged, late, duplicate, goodwill] }\n    pickup_at: { type: string }"),
        ])
        {
            using var copy = new BundleCopy();
            copy.Replace("tools/issue-refund.yaml", find, replace);
            var compiled = BundleCompiler.CompileFolder(copy.Folder);
            Assert.True(compiled.Release is null && compiled.Faults.Count > 0, $"accepted: {replace}");
        }
    }

    [Theory, Trait("req", "A1.5")]
    [InlineData("ord_000008", 1, "EUR", "exceeds_refundable")]
    [InlineData("ord_000009", 7_501, "USD", "exceeds_refundable")]
    [InlineData("ord_000007", 100, "USD", "order_cancelled")]
    [InlineData("ord_000002", 100, "EUR", "currency_mismatch")]
    [InlineData("ord_999999", 100, "EUR", "order_not_found")]
    public async Task Rules_AreEnforcedOnFactsThatTheServerFetched(string order, long amount, string currency, string code)
    {
        var refused = (await gate.RefundAsync(order, amount, currency)).MustBe(422, code);

        Assert.False(refused.Body.GetProperty("retriable").GetBoolean());
        Assert.Empty(await gate.Payments.LedgerOfAsync(refused.ActionId));
    }

    [Fact, Trait("req", "A1.6")]
    public async Task Errors_SayRetriableWithATimeOrTerminal_WithWhatToDo()
    {
        var terminal = (await gate.RefundAsync("ord_000008", 1, "EUR")).MustBe(422);
        await gate.Payments.FaultAsync("answer_lost_after_effect");
        var retriable = (await gate.RefundAsync("ord_000013", 5, "USD")).MustBe(504, "effect_unknown");

        Assert.False(terminal.Body.GetProperty("retriable").GetBoolean());
        Assert.False(terminal.Body.TryGetProperty("retry_after", out _));
        Assert.True(retriable.Body.GetProperty("retriable").GetBoolean());
        Assert.Equal(retriable.Headers["retry-after"], retriable.Body.GetProperty("retry_after").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var error in (GateReply[])[terminal, retriable]) Assert.False(string.IsNullOrEmpty(error.Str("what_to_do")));
        (await gate.WaitAsync(retriable.ActionId)).MustBe(200, "succeeded");
    }

    public static TheoryData<string, int> Examples
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var tool in Bundle.Tools.Values)
                for (var i = 0; i < tool.Examples.Count; i++) all.Add(tool.Name, i);
            return all;
        }
    }

    [Theory, Trait("req", "A1.D")]
    [MemberData(nameof(Examples))]
    public async Task Example_OfTheContract_AnswersAsItIsDocumented(string tool, int index)
    {
        var example = Bundle.Tools[tool].Examples[index];

        var reply = await gate.ProposeAsync(tool, example.Arguments, await gate.OpenTaskAsync(), Bundle.Tools[tool].ReadOnly ? null : gate.NewKey(), example.DryRun);

        if (example.ExpectCode is { } code) Assert.Equal(code, reply.Code);
        else if (example.ExpectState == "succeeded") Assert.Equal(200, reply.Status);
        else Assert.Equal(example.ExpectState, reply.State ?? reply.Code);
        if (example.ExpectState == "pending") (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{reply.ActionId}/cancel", null, await gate.TokenAsync())).MustBe(200, "cancelled");
    }
}
