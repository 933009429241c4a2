using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;

namespace Sallyport.Reporting;

/// <summary>
/// Counts operations from audit entries alone, in one pass: whoever holds an export can count the same. An action belongs to the period in
/// which it was accepted; what happened to it afterwards is counted with it.
/// </summary>
/// <param name="period">What is counted.</param>
/// <param name="since">Where it begins.</param>
/// <param name="isWanted">Whether a release belongs to what is asked for.</param>
internal sealed class OperationsFold(ReportPeriod period, DateTimeOffset since, Func<string?, bool> isWanted)
{
    private sealed record Course(DateTimeOffset At, ActionState State, DateTimeOffset? AskedAt);

    private readonly Dictionary<string, Course> _actions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Rule, string By), int> _denials = [];
    private readonly Dictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private readonly Durations _policy = new();
    private readonly Durations _people = new();
    private readonly Durations _tool = new();

    internal int Retries { get; private set; }

    internal int DuplicatesStopped { get; private set; }

    internal int Proposed => _actions.Count;

    internal IReadOnlyList<NamedCount> States =>
        [.. _actions.Values.GroupBy(course => course.State).OrderBy(group => group.Key).Select(group => new NamedCount(WireName.Of(group.Key), group.Count()))];

    internal IReadOnlyList<DenialCount> Denials =>
        [.. _denials.Select(entry => new DenialCount(entry.Key.Rule, entry.Key.By, entry.Value)).OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Rule, StringComparer.Ordinal)];

    internal IReadOnlyList<NamedCount> Refusals =>
        [.. _refusals.Select(entry => new NamedCount(entry.Key, entry.Value)).OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Name, StringComparer.Ordinal)];

    internal LatencySplit Latency => new(_policy.Summary(), _people.Summary(), _tool.Summary());

    /// <summary>Succeeded among those that have ended; a draft was never meant to have an effect.</summary>
    internal double? SuccessRate
    {
        get
        {
            var ended = _actions.Values.Count(course => ActionProtocol.IsTerminal(course.State) && course.State != ActionState.Drafted);
            return ended == 0 ? null : (double)Count(ActionState.Succeeded) / ended;
        }
    }

    internal double? EscalationRate => Proposed == 0 ? null : (double)Count(ActionState.Escalated) / Proposed;

    internal IReadOnlyList<ReportSlot> Slots()
    {
        var length = period.Length / period.Slots;
        return [.. Enumerable.Range(0, period.Slots).Select(slot =>
        {
            var (from, to) = (since + (length * slot), since + (length * (slot + 1)));
            var here = _actions.Values.Where(course => course.At >= from && (course.At < to || slot == period.Slots - 1)).ToList();
            return new ReportSlot(from, here.Count, here.Count(course => course.State == ActionState.Succeeded),
                here.Count(course => course.State is not (ActionState.Succeeded or ActionState.Drafted) && ActionProtocol.IsTerminal(course.State)));
        })];
    }

    internal void Add(ReportLeaf leaf)
    {
        if (leaf.Kind is not ("action.accepted" or "action.rejected" or "action.replayed" or "approval.voided") && (leaf.ActionId is null || !_actions.ContainsKey(leaf.ActionId))) return;
        using var document = JsonDocument.Parse(leaf.Leaf);
        var entry = document.RootElement;
        switch (leaf.Kind)
        {
            case "action.accepted" when isWanted(Text(entry, "release")): Accept(leaf, entry); break;
            case "action.rejected" when isWanted(Text(entry, "release")): Reject(entry); break;
            case "action.replayed" when isWanted(Text(entry, "release")): DuplicatesStopped++; break;
            case "action.accepted" or "action.rejected" or "action.replayed": break;
            default:
                if (leaf.ActionId is { } id && _actions.TryGetValue(id, out var course)) _actions[id] = Move(leaf, entry, course);
                break;
        }
    }

    private void Accept(ReportLeaf leaf, JsonElement entry)
    {
        var state = State(entry) ?? ActionState.Pending;
        _actions[leaf.ActionId!] = new Course(leaf.At, state, state == ActionState.Pending ? leaf.At : null);
        if (Number(entry, "latency_ms") is { } milliseconds) _policy.Add(milliseconds);
        if (state == ActionState.Denied) Deny(entry, "policy");
    }

    private void Reject(JsonElement entry)
    {
        var code = Text(entry, "code") ?? "";
        _refusals[code] = _refusals.GetValueOrDefault(code) + 1;
        if (code == ErrorCatalogue.IdempotencyKeyReuse.Code) DuplicatesStopped++;
    }

    private Course Move(ReportLeaf leaf, JsonElement entry, Course course)
    {
        if (leaf.Kind == "effect.intent" && Number(entry, "attempt") > 1) Retries++;
        if (leaf.Kind.StartsWith("effect.", StringComparison.Ordinal) && Number(entry, "latency_ms") is { } milliseconds) _tool.Add(milliseconds);
        if (State(entry) is not { } state) return course;
        if (state == ActionState.Denied) Deny(entry, Text(entry, "actor")?.StartsWith("person:", StringComparison.Ordinal) == true ? "person" : "policy");
        // The wait is over when people's answers have moved it on; an expiry is no answer.
        if (leaf.Kind is "decision.approve" or "decision.deny" && course.AskedAt is { } asked && state != ActionState.Pending) _people.Add((leaf.At - asked).TotalMilliseconds);
        return course with { State = state, AskedAt = leaf.Kind == "approval.voided" ? leaf.At : course.AskedAt };
    }

    private void Deny(JsonElement entry, string by)
    {
        var key = (Text(entry, "rule") ?? "", by);
        _denials[key] = _denials.GetValueOrDefault(key) + 1;
    }

    private int Count(ActionState state) => _actions.Values.Count(course => course.State == state);

    private static ActionState? State(JsonElement entry) => Text(entry, "state") is { } name && WireName.TryParse<ActionState>(name, out var state) ? state : null;

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static double? Number(JsonElement entry, string name) => entry.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number ? member.GetDouble() : null;
}
