namespace Sallyport.Server.Tests.Support;

/// <summary>One refund after another through every part: what the other test classes build on.</summary>
public sealed class TestGateTests : IAsyncLifetime
{
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync();

    public ValueTask DisposeAsync() => _gate is null ? ValueTask.CompletedTask : _gate.DisposeAsync();

    [Fact]
    public async Task Refund_Small_PassesByPolicyAndLandsOnce()
    {
        var done = (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");

        var entry = Assert.Single(await _gate.Payments.LedgerOfAsync(done.ActionId));
        Assert.Equal(("ord_000001", 700, "EUR", 1), (entry.Order, entry.Amount, entry.Currency, entry.Attempt));
        Assert.Equal("small", done.Str("rule"));
    }

    [Fact]
    public async Task Refund_Medium_WaitsForOneApproval()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        Assert.Empty(await _gate.Payments.LedgerAsync());

        (await _gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);

        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await _gate.Payments.LedgerOfAsync(pending.ActionId));
    }

    [Fact]
    public async Task Refund_Large_WaitsForTwoPeopleOfFinance()
    {
        var pending = (await _gate.RefundAsync("ord_000004", 250_000, "EUR")).MustBe(202, "pending");

        (await _gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(403, "not_eligible_to_approve");
        (await _gate.DecideAsync("frank", pending.ApprovalId!)).MustBe(200, "pending");
        (await _gate.DecideAsync("frank", pending.ApprovalId!)).MustBe(409, "already_decided");
        (await _gate.DecideAsync("grace", pending.ApprovalId!)).MustBe(200);

        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
    }

    [Fact]
    public async Task Refund_DeniedByAPerson_NeverLands()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");

        (await _gate.DecideAsync("erin", pending.ApprovalId!, approve: false)).MustBe(200, "denied");

        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "denied");
        Assert.Empty(await _gate.Payments.LedgerAsync());
    }

    [Fact]
    public async Task Refund_Replayed_AnswersTheSameBytesAndMovesNothing()
    {
        var (task, key) = (await _gate.OpenTaskAsync(), _gate.NewKey());
        var first = (await _gate.RefundAsync("ord_000002", 500, "USD", task, key)).MustBe(200, "succeeded");

        var second = (await _gate.RefundAsync("ord_000002", 500, "USD", task, key)).MustBe(200);

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.True(second.Replayed && !first.Replayed);
        Assert.Single(await _gate.Payments.LedgerAsync());
        (await _gate.RefundAsync("ord_000002", 501, "USD", task, key)).MustBe(422, "idempotency_key_reuse");
    }

    [Fact]
    public async Task Refund_DryRun_ShowsDiffAndDecisionAndMovesNothing()
    {
        var dry = (await _gate.RefundAsync("ord_000001", 700, "EUR", dryRun: true)).MustBe(200, "dry_run");

        Assert.Equal("auto", dry.Str("decision"));
        Assert.Equal(700, dry.Body.GetProperty("diff").GetProperty("after").GetProperty("refunded_minor").GetInt64());
        Assert.Empty(await _gate.Payments.LedgerAsync());
    }

    [Fact]
    public async Task Compensation_OfARefund_IsAnActionOfItsOwnThatAPersonApproves()
    {
        var refund = (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");

        var undo = (await _gate.SendAsync(HttpMethod.Post, $"/v1/actions/{refund.ActionId}/compensate", null, await _gate.TokenAsync())).MustBe(202, "pending");
        (await _gate.DecideAsync("dana", undo.ApprovalId!)).MustBe(200);

        (await _gate.WaitAsync(undo.ActionId)).MustBe(200, "succeeded");
        Assert.Equal(["refund", "void"], (await _gate.Payments.LedgerAsync()).Select(entry => entry.Kind));
        Assert.Equal(0, (await _gate.Payments.GetAsync("/orders/ord_000001")).GetProperty("refunded_minor").GetInt64());
    }

    [Fact]
    public async Task Halt_OfAnAgent_VoidsItsTokensUntilAPersonResumes()
    {
        var (task, token) = (await _gate.OpenTaskAsync(), await _gate.TokenAsync());
        var halt = (await _gate.HaltAsync("agent:" + _gate.Agent.Id)).MustBe(201);

        (await _gate.SendAsync(HttpMethod.Get, "/v1/tools", null, token)).MustBe(401, "credential_revoked");
        (await _gate.RefundAsync("ord_000001", 700, "EUR", task)).MustBe(401, "credential_revoked");
        Assert.Equal(401, (await _gate.RequestTokenAsync(_gate.Agent)).Status);
        (await _gate.RefundAsync("ord_000001", 500, "EUR", agent: _gate.EuAgent)).MustBe(200, "succeeded");

        (await _gate.SendAsync(HttpMethod.Delete, "/v1/halts/" + halt.Str("halt_id"), null, await _gate.SessionAsync("otto"))).MustBe(200);
        Assert.Equal(200, (await _gate.RequestTokenAsync(_gate.Agent)).Status);
        (await _gate.SendAsync(HttpMethod.Get, "/v1/tools", null, token)).MustBe(401, "credential_revoked");
    }

    [Fact]
    public async Task Resource_OutsideTheToken_LooksLikeOneThatDoesNotExist()
    {
        var outside = (await _gate.RefundAsync("ord_000002", 500, "USD", agent: _gate.EuAgent)).MustBe(403, "insufficient_scope");
        var absent = (await _gate.RefundAsync("ord_999999", 500, "USD", agent: _gate.EuAgent)).MustBe(403, "insufficient_scope");

        Assert.Equal(outside.Str("detail"), absent.Str("detail"));
        Assert.Empty(await _gate.Payments.LedgerAsync());
    }

    [Fact]
    public async Task Server_Restarted_KeepsPendingActionsAndSessions()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");

        await _gate.RestartServerAsync();

        (await _gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await _gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await _gate.Payments.LedgerAsync());
    }

    [Fact]
    public async Task Effect_WhoseAnswerIsLost_IsSettledByTheProbeAndLandsOnce()
    {
        await _gate.Payments.FaultAsync("answer_lost_after_effect");

        var doubt = (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(504, "effect_unknown");

        Assert.Equal("unknown", doubt.Str("effect"));
        (await _gate.WaitAsync(doubt.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await _gate.Payments.LedgerAsync());
    }

    [Fact]
    public async Task MachineToken_OnAnApproval_IsRefusedAndRecorded()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");

        var refused = await _gate.SendAsync(HttpMethod.Post, $"/v1/approvals/{pending.ApprovalId}/decision",
            new { decision = "approve", digest = "sha256:0" }, await _gate.TokenAsync());

        refused.MustBe(403, "people_only");
        var chain = (await _gate.SendAsync(HttpMethod.Get, "/v1/chain/" + _gate.Agent.Id, null, await _gate.SessionAsync("dana"))).MustBe(200);
        Assert.Contains(chain.Body.GetProperty("steps").EnumerateArray(), step => step.GetProperty("kind").GetString() == "alarm.machine_on_people_endpoint");
    }
}
