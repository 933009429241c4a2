using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Wire;
using Sallyport.Reporting;

namespace Sallyport.Tests.Reporting;

/// <summary>Counting operations, on entries whose counts are known.</summary>
[Trait("req", "B6.3")]
public sealed class OperationsFoldTests
{
    private static readonly DateTimeOffset Since = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
    private readonly OperationsFold _fold = new(new ReportPeriod("24h", TimeSpan.FromHours(24), 24), Since, release => release == "sha256:ours");
    private long _index;

    [Fact]
    public void Day_WithEveryEnding_GivesItsRates()
    {
        foreach (var id in (string[])["a", "b", "c"]) Finished(id, "succeeded");
        Finished("d", "failed");
        Accepted("e", "escalated", rule: "out-of-scope:legal-hold");
        Accepted("f", "denied", rule: "never");
        Accepted("g", "drafted");
        Accepted("h", "pending", rule: "medium");
        Moved("h", "decision.deny", "denied", 30, ("rule", "medium"), ("actor", "person:usr_1"));
        Accepted("i", "pending");

        Assert.Equal(9, _fold.Proposed);
        // Three of seven: the draft and what still waits have not ended.
        Assert.Equal(3.0 / 7, _fold.SuccessRate!.Value, 6);
        Assert.Equal(1.0 / 9, _fold.EscalationRate!.Value, 6);
        Assert.Equal([new DenialCount("medium", "person", 1), new DenialCount("never", "policy", 1)], _fold.Denials);
        Assert.Equal(9, _fold.States.Sum(state => state.Count));
        Assert.Equal(3, _fold.States.Single(state => state.Name == "succeeded").Count);
    }

    [Fact]
    public void Latency_OfEveryPart_IsRankedByNearestRank()
    {
        for (var i = 1; i <= 10; i++)
        {
            Accepted("p" + i, "pending", latency: i, minute: i);
            Moved("p" + i, "decision.approve", "approved", i + i, ("rule", "medium"));
            Moved("p" + i, "effect.succeeded", "succeeded", 100, ("latency_ms", 10.0 * i));
        }

        Assert.Equal(new DurationSummary(10, 5, 9), _fold.Latency.Policy);
        Assert.Equal(new DurationSummary(10, 50, 90), _fold.Latency.Tool);
        Assert.Equal(new DurationSummary(10, 5 * 60_000, 9 * 60_000), _fold.Latency.People);
    }

    [Fact]
    public void Wait_OfAVoidedRound_BeginsAgain()
    {
        Accepted("a", "pending", minute: 0);
        Moved("a", "decision.approve", "approved", 10);
        Moved("a", "approval.voided", "pending", 20);
        Moved("a", "decision.approve", "pending", 21);
        Moved("a", "decision.approve", "approved", 23);

        // The first round took ten minutes and the second three; an answer that is not the last ends nothing.
        Assert.Equal(new DurationSummary(2, 3 * 60_000, 10 * 60_000), _fold.Latency.People);
    }

    [Fact]
    public void RepetitionsAndRetries_AreCountedOnce()
    {
        Finished("a", "succeeded");
        Moved("a", "effect.intent", "dispatching", 3, ("attempt", 2));
        Add("action.replayed", "a", 4);
        Add("action.rejected", "x", 5, ("code", "idempotency_key_reuse"));
        Add("action.rejected", "y", 5, ("code", "order_not_found"));
        Add("action.rejected", "z", 5, ("code", "order_not_found"));

        Assert.Equal(1, _fold.Retries);
        Assert.Equal(2, _fold.DuplicatesStopped);
        Assert.Equal([new NamedCount("order_not_found", 2), new NamedCount("idempotency_key_reuse", 1)], _fold.Refusals);
    }

    [Fact]
    public void Entries_OfOtherWorkflowsAndEarlierActions_AreLeftOut()
    {
        Add("action.accepted", "foreign", 1, ("state", "succeeded"), ("release", "sha256:theirs"));
        Moved("before", "effect.succeeded", "succeeded", 1, ("latency_ms", 5));
        Moved("foreign", "effect.failed", "failed", 2, ("latency_ms", 5));
        Add("action.rejected", "r", 1, ("code", "order_not_found"), ("release", "sha256:theirs"));

        Assert.Equal(0, _fold.Proposed);
        Assert.Null(_fold.SuccessRate);
        Assert.Null(_fold.Latency.Tool);
        Assert.Empty(_fold.Refusals);
    }

    [Fact]
    public void Slots_OfADay_HoldEveryActionOnce()
    {
        Accepted("a", "succeeded", minute: 0);
        Accepted("b", "denied", minute: 61);
        Accepted("c", "pending", minute: (24 * 60) - 1);

        var slots = _fold.Slots();
        Assert.Equal(24, slots.Count);
        Assert.Equal(new ReportSlot(Since, 1, 1, 0), slots[0]);
        Assert.Equal(new ReportSlot(Since.AddHours(1), 1, 0, 1), slots[1]);
        Assert.Equal(new ReportSlot(Since.AddHours(23), 1, 0, 0), slots[23]);
        Assert.Equal(3, slots.Sum(slot => slot.Proposed));
    }

    private void Finished(string id, string state)
    {
        Accepted(id, "dispatching");
        Moved(id, "effect.intent", "dispatching", 0, ("attempt", 1));
        Moved(id, "effect." + state, state, 0, ("latency_ms", 1));
    }

    private void Accepted(string id, string state, string rule = "small", double latency = 1, int minute = 0) =>
        Add("action.accepted", id, minute, ("state", state), ("rule", rule), ("latency_ms", latency));

    private void Moved(string id, string kind, string state, int minute, params (string Name, JsonNode Value)[] more) => Add(kind, id, minute, [("state", state), .. more]);

    private void Add(string kind, string id, int minute, params (string Name, JsonNode Value)[] members)
    {
        var leaf = new JsonObject { ["kind"] = kind, ["actor"] = "system", ["release"] = "sha256:ours" };
        foreach (var (name, value) in members) leaf[name] = value;
        _fold.Add(new ReportLeaf(_index++, Since.AddMinutes(minute), kind, id, Encoding.UTF8.GetBytes(leaf.ToJsonString())));
    }
}
