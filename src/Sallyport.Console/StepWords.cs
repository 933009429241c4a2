using System.Text.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Console;

/// <summary>Audit entries in words.</summary>
public static class StepWords
{
    /// <summary>What happened.</summary>
    public static string What(ChainStep step) => step.Kind switch
    {
        "action.accepted" => Text(step.Entry, "state") switch
        {
            "pending" => "Proposed; people are asked",
            "dispatching" => "Proposed; policy lets it through",
            "denied" => "Proposed; policy denies it",
            "escalated" => "Proposed; handed to a person",
            "drafted" => "Proposed; kept as a draft",
            _ => "Proposed",
        },
        "action.rejected" => "Refused before it became an action",
        "action.replayed" => "Repeated; the first answer was given again",
        "action.dry_run" => "Tried without effect",
        "action.cancelled" => "Called off before anything left",
        "action.expired" => "Expired; nobody decided in time",
        "action.escalated" => "Handed to a person",
        "approval.asked" => "People were asked",
        "approval.voided" => "Approval void: the facts have changed, people are asked again",
        "decision.approve" => Flag(step.Entry, "met") ? "Approved; enough people have" : "Approved; more people are needed",
        "decision.deny" => "Denied",
        "effect.intent" => $"Attempt {Number(step.Entry, "attempt") ?? "1"} begins; the intent is durable",
        "effect.succeeded" => "Done at the system of record",
        "effect.failed" => "Did not happen",
        "effect.not_sent" => "Not sent",
        "effect.requeued" => "Not applied; will be tried again",
        "effect.unknown" => "Outcome unknown; the server finds out",
        "effect.probed" => "Asked the system of record what happened",
        "effect.testimony" => "A person testified what happened",
        "effect.resolved_by" => "Settled by people",
        "effect.overdue" => "Alarm: still unknown",
        "kill.begin" => "Halt",
        "kill.complete" => "Halt complete; receipt signed",
        "kill.resumed" => "Halt lifted",
        "task.opened" => "Task opened",
        "read.served" => "Read",
        "token.issued" => "Access token issued",
        "session.started" => "Signed in",
        "session.refused" => "Sign-in refused",
        "session.locked" => "Account locked after wrong passwords",
        _ => Display.Words(step.Kind.Replace('.', ' ')),
    };

    /// <summary>Whether it is good, bad, doubtful or only news.</summary>
    public static string Tone(ChainStep step) => step.Kind switch
    {
        "effect.succeeded" or "decision.approve" or "kill.resumed" => "good",
        "action.rejected" or "decision.deny" or "effect.failed" or "kill.begin" or "session.locked" => "bad",
        "effect.unknown" or "approval.voided" or "action.expired" or "action.escalated" or "effect.overdue" or "session.refused" => "doubt",
        "action.accepted" when Text(step.Entry, "state") is "denied" => "bad",
        "action.accepted" when Text(step.Entry, "state") is "escalated" => "doubt",
        "action.accepted" or "effect.intent" or "approval.asked" => "info",
        _ when step.Kind.StartsWith("alarm.", StringComparison.Ordinal) => "bad",
        _ => "",
    };

    /// <summary>Who it was.</summary>
    public static string Who(ChainStep step) =>
        PlainText.Visible(Text(step.Payload, "username") ?? Text(step.Payload, "agent_name") ?? (step.Actor == "system" ? "the server" : step.Actor));

    /// <summary>The words, the outcome and the code that belong to it; in the order of their weight.</summary>
    public static string Details(ChainStep step) => string.Join(" · ", Parts(step));

    private static IEnumerable<string> Parts(ChainStep step)
    {
        if (Text(step.Payload, "reason") is { Length: > 0 } reason) yield return PlainText.Visible($"“{reason}”");
        if (Text(step.Payload, "why") is { } why) yield return PlainText.Visible(why);
        if (Text(step.Payload, "detail") is { } detail) yield return PlainText.Visible(detail);
        if (step.Kind == "approval.asked" && Number(step.Entry, "eligible") is { } eligible) yield return eligible == "1" ? "1 person may decide" : $"{eligible} people may decide";
        if (step.Kind == "action.accepted" && Text(step.Entry, "rule") is { } rule) yield return $"rule {rule}";
        if (Text(step.Entry, "code") is { } code) yield return code;
        if (Text(step.Entry, "scope") is { } scope && step.Kind.StartsWith("kill.", StringComparison.Ordinal)) yield return scope;
        if (step.Entry.TryGetProperty("latency_ms", out var latency) && latency.ValueKind == JsonValueKind.Number) yield return Display.Duration(latency.GetDouble());
    }

    /// <summary>A text member, or null.</summary>
    public static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static string? Number(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number ? member.GetRawText() : null;
}
