using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.Actions;
using Sallyport.Protocol;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Policy;

/// <summary>Every decision can be explained from the record, and a record that was changed is called so.</summary>
public sealed class ExplanationTests : IAsyncLifetime
{
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync();

    public ValueTask DisposeAsync() => _gate is null ? ValueTask.CompletedTask : _gate.DisposeAsync();

    [Fact, Trait("req", "A4.1"), Trait("req", "AC.4")]
    public async Task Explanation_OfEveryKindOfOutcome_GivesTheRecordedDecision()
    {
        var auto = (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");
        var two = (await _gate.RefundAsync("ord_000004", 250_000, "EUR")).MustBe(202, "pending");
        var held = (await _gate.RefundAsync("ord_000010", 4_800, "EUR")).MustBe(403, "escalated");
        var unsure = (await _gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000001", 100, "EUR"), await _gate.OpenTaskAsync(), _gate.NewKey(), confidence: 0.3)).MustBe(403, "escalated");

        foreach (var (action, outcome, rule) in ((string, string, string)[])[(auto.ActionId, "auto", "small"), (two.ActionId, "approve", "large"), (held.ActionId, "escalate", "out-of-scope:legal-hold"), (unsure.ActionId, "escalate", "low-confidence")])
        {
            var explained = (await ExplainAsync(action)).MustBe(200);
            Assert.True(explained.Body.GetProperty("faithful").GetBoolean(), explained.Text);
            Assert.Equal((outcome, rule), (explained.Body.GetProperty("recomputed").GetProperty("outcome").GetString(), explained.Body.GetProperty("recomputed").GetProperty("rule").GetString()));
        }

        var large = (await ExplainAsync(two.ActionId)).Body;
        Assert.Equal(2, large.GetProperty("recorded").GetProperty("approvers")[0].GetProperty("count").GetInt32());
        var rules = large.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal("large", Assert.Single(rules, entry => entry.GetProperty("decided").GetBoolean()).GetProperty("rule").GetString());
        var atom = rules[0].GetProperty("condition").GetProperty("atoms")[0];
        Assert.Equal((250_000, false), (atom.GetProperty("reads")[0].GetProperty("value").GetInt32(), atom.GetProperty("value").GetBoolean()));
        Assert.Matches(@"^policy\.yaml:\d+:\d+$", atom.GetProperty("place").GetString());
    }

    [Fact]
    public async Task Explanation_OfAnApprovalThatWasVoidedAndGivenAgain_GivesTheRecordedDecision()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 8_000, "EUR")).MustBe(202, "pending");
        (await _gate.RefundAsync("ord_000003", 100, "EUR")).MustBe(200, "succeeded");
        (await _gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        var services = _gate.Server.Services;
        var action = (await services.GetRequiredService<IActionStore>().FindAsync("default", pending.ActionId, TestContext.Current.CancellationToken))!;
        var asked = await services.GetRequiredService<ActionSignals>().WaitAsync(action, static action => action.Round == 2, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((2, ActionState.Pending), (asked.Round, asked.State));

        Assert.True((await ExplainAsync(pending.ActionId)).MustBe(200).Body.GetProperty("faithful").GetBoolean());
    }

    [Fact]
    public async Task Explanation_ForWhoMayNotOrOfNothing_IsRefused()
    {
        var auto = (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");

        (await _gate.SendAsync(HttpMethod.Get, $"/v1/actions/{auto.ActionId}/explanation", null, await _gate.TokenAsync())).MustBe(403, "people_only");
        (await _gate.SendAsync(HttpMethod.Get, $"/v1/actions/{auto.ActionId}/explanation", null, null)).MustBe(401, "unauthenticated");
        (await ExplainAsync("act_0")).MustBe(404, "not_found");
    }

    [Theory, Trait("req", "A4.1")]
    [InlineData("update action set facts = replace(facts, '\"customer.tenure_days\"', '\"customer.tenure_day\"')")]
    [InlineData("update action set arguments = replace(arguments, '32000', '3200')")]
    [InlineData("update action set rule = 'small', decision = 'auto'")]
    [InlineData("update action set requirements = replace(requirements, 'support-leads', 'everybody')")]
    public async Task Explain_OfAnActionChangedInTheStore_SaysSoAndEndsWith1(string sabotage)
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        Assert.Contains("the record gives the recorded decision", (await CliAsync(pending.ActionId)).MustExit(0).Output, StringComparison.Ordinal);

        await SabotageAsync(sabotage);
        var explained = (await CliAsync(pending.ActionId)).MustExit(1).Output;
        Assert.Contains("THE RECORD DOES NOT GIVE THE RECORDED DECISION", explained, StringComparison.Ordinal);
        Assert.Contains("!!", explained, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update action set release = 'sha256:gone'", 404, "not_found")]
    [InlineData("insert into release (hash, workflow, version, files, active, published_at, published_by) select 'sha256:forged', workflow, version, files, 0, 0, 'x' from release limit 1; update action set release = 'sha256:forged'", 422, "invalid_bundle")]
    public async Task Explanation_UnderAReleaseThatIsGoneOrForged_SaysSo(string sabotage, int status, string code)
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        await SabotageAsync(sabotage);

        (await ExplainAsync(pending.ActionId)).MustBe(status, code);
        (await CliAsync(pending.ActionId)).MustExit(1);
    }

    /// <summary>Changes the store behind the server's back.</summary>
    private async Task SabotageAsync(string sql)
    {
        await _gate.StopServerAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_gate.DataFolder, "sallyport.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of these tests.
            command.CommandText = sql;
#pragma warning restore CA2100
            Assert.NotEqual(0, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        await _gate.RestartServerAsync();
    }

    private async Task<GateReply> ExplainAsync(string action) => await _gate.SendAsync(HttpMethod.Get, $"/v1/actions/{action}/explanation", null, await _gate.SessionAsync("dana"));

    private async Task<CommandResult> CliAsync(string action) =>
        await CommandLine.RunAsync(["policy", "explain", action], null, ("SALLYPORT_SERVER", _gate.Url), ("SALLYPORT_SESSION", await _gate.SessionAsync("dana")));
}
