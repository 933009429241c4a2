using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Support.McpWire;

namespace Sallyport.Server.Tests.Mcp;

/// <summary><c>cancel_action</c> and <c>compensate_action</c>: what REST answers, for the agent's own actions.</summary>
public sealed class McpActionToolTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task CancelAction_OfAPendingAction_AnswersLikeRestAndOnlyOnce()
    {
        var pending = (await gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");

        var cancelled = await gate.CallToolAsync("cancel_action", new { action_id = pending.ActionId });

        var shown = (await gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "cancelled");
        Assert.True(JsonElement.DeepEquals(shown.Body, cancelled.GetProperty("structuredContent")), cancelled.GetRawText());
        Assert.False(IsError(cancelled));
        var again = await gate.CallToolAsync("cancel_action", new { action_id = pending.ActionId });
        var overRest = (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{pending.ActionId}/cancel", null, await gate.TokenAsync())).MustBe(409, "not_cancellable");
        Assert.True(IsError(again));
        MustBeSameProblem(overRest, again);
    }

    [Fact, Trait("req", "A5.2")]
    public async Task CompensateAction_OfASuccess_ProposesTheRollbackThatRestProposes()
    {
        var refund = (await gate.RefundAsync("ord_000001", 130, "EUR")).MustBe(200, "succeeded");
        var dry = await gate.CallToolAsync("compensate_action", new { action_id = refund.ActionId, dry_run = true });
        Assert.Equal("dry_run", Content(dry).GetProperty("state").GetString());

        var undo = await gate.CallToolAsync("compensate_action", new { action_id = refund.ActionId, reason = "The customer kept it." });

        Assert.Equal(("pending", refund.ActionId), (Content(undo).GetProperty("state").GetString(), Content(undo).GetProperty("compensates").GetString()));
        var overRest = (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{refund.ActionId}/compensate", null, await gate.TokenAsync())).MustBe(202, "pending");
        Assert.True(JsonElement.DeepEquals(overRest.Body, Content(undo)), $"{overRest.Text} and {undo.GetRawText()}");
        (await gate.DecideAsync("dana", overRest.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(overRest.ActionId)).MustBe(200, "succeeded");
        Assert.Equal("void", Assert.Single(await gate.Payments.LedgerOfAsync(overRest.ActionId)).Kind);
    }

    [Fact]
    public async Task CompensateAction_ForAClientOfTheTasksExtension_IsATask()
    {
        var refund = (await gate.RefundAsync("ord_000001", 140, "EUR")).MustBe(200, "succeeded");

        var created = await gate.CallToolAsync("compensate_action", new { action_id = refund.ActionId }, tasks: true);

        Assert.Equal(("task", "working"), (created.GetProperty("resultType").GetString(), created.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task CompensateAction_OfWhatHasNotHappened_IsRefusedLikeOnRest()
    {
        var pending = (await gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");

        var refused = await gate.CallToolAsync("compensate_action", new { action_id = pending.ActionId });

        var overRest = (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{pending.ActionId}/compensate", null, await gate.TokenAsync())).MustBe(409, "not_compensable");
        MustBeSameProblem(overRest, refused);
    }

    [Theory, InlineData("cancel_action"), InlineData("compensate_action")]
    public async Task ActionOfAnotherAgent_LooksAbsent(string tool)
    {
        var pending = (await gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");

        var refused = await gate.CallToolAsync(tool, new { action_id = pending.ActionId }, agent: gate.EuAgent);

        Assert.Equal("not_found", Content(refused).GetProperty("code").GetString());
        (await gate.WaitAsync(pending.ActionId, 0)).MustBe(200, "pending");
    }

    [Theory]
    [InlineData("cancel_action", """{}"""), InlineData("cancel_action", """{"action_id":1}"""), InlineData("cancel_action", """{"action_id":"a","approver":"dana"}""")]
    [InlineData("compensate_action", """{"dry_run":true}"""), InlineData("compensate_action", """{"action_id":"a","dry_run":"yes"}""")]
    public async Task Arguments_ThatDoNotFit_AreRefused(string tool, string arguments) =>
        Assert.Equal("invalid_request", Content(await gate.CallToolAsync(tool, JsonElement.Parse(arguments))).GetProperty("code").GetString());

    private static JsonElement Content(JsonElement result) => result.GetProperty("structuredContent");

    private static bool IsError(JsonElement result) => result.GetProperty("isError").GetBoolean();

    /// <summary>The same document, but for the trace of the call.</summary>
    private static void MustBeSameProblem(GateReply overRest, JsonElement overMcp) => Assert.Equal(Untraced(overRest.Body), Untraced(Content(overMcp)));

    private static string Untraced(JsonElement problem)
    {
        var members = JsonObject.Create(problem)!;
        Assert.True(members.Remove("trace_id"));
        return members.ToJsonString();
    }
}
