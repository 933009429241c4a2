using System.Text;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>One answer of a person.</summary>
/// <param name="Who">Opaque id.</param>
/// <param name="Name">User name at that time; null once erased.</param>
/// <param name="Approved">Yes or no.</param>
/// <param name="At">When.</param>
/// <param name="Evidence">What made them eligible.</param>
/// <param name="Statement">Digest of the statement that they decided on.</param>
/// <param name="Round">Round of asking.</param>
/// <param name="Reason">Their words; null once erased.</param>
/// <param name="Counts">Whether an intent rests on it.</param>
/// <param name="Passkey">Credential with which they signed it; null without a signature.</param>
public sealed record AccountedAnswer(string Who, string? Name, bool Approved, DateTimeOffset? At, IReadOnlyList<string> Evidence, string? Statement, int Round, string? Reason, bool Counts, string? Passkey = null);

/// <summary>One attempt.</summary>
/// <param name="Attempt">Number.</param>
/// <param name="IntentAt">When its intent was durable.</param>
/// <param name="Outcome">Kind of the entry that says what became of it; null while none does.</param>
/// <param name="OutcomeAt">When.</param>
/// <param name="Result">What the system of record answered; null once erased.</param>
public sealed record AccountedAttempt(int Attempt, DateTimeOffset? IntentAt, string? Outcome, DateTimeOffset? OutcomeAt, JsonElement? Result);

/// <summary>Who approved what, when, on which facts: the answer that the entries of one action give.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Tool">Tool.</param>
/// <param name="State">Its last recorded state.</param>
/// <param name="Proposer">Who proposed.</param>
/// <param name="ProposerName">Name then; null once erased.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Decision">What policy said.</param>
/// <param name="Rule">Which rule.</param>
/// <param name="Arguments">Redacted arguments; null once erased.</param>
/// <param name="ParamHash">Digest of the exact arguments.</param>
/// <param name="Facts">Redacted facts of the last decision; null once erased.</param>
/// <param name="FactsHash">Digest of the bound facts.</param>
/// <param name="PolicyHash">Policy.</param>
/// <param name="ContractHash">Contract.</param>
/// <param name="Release">Release.</param>
/// <param name="Answers">People's answers.</param>
/// <param name="Attempts">Attempts.</param>
/// <param name="Erased">Whether some of its payloads are erased.</param>
/// <param name="Entries">Places of its entries in the log.</param>
public sealed record ActionAccount(
    string ActionId, string? Tool, string? State, string? Proposer, string? ProposerName, DateTimeOffset? AcceptedAt, string? Decision, string? Rule, JsonElement? Arguments, string? ParamHash,
    JsonElement? Facts, string? FactsHash, string? PolicyHash, string? ContractHash, string? Release, IReadOnlyList<AccountedAnswer> Answers, IReadOnlyList<AccountedAttempt> Attempts,
    bool Erased, IReadOnlyList<long> Entries)
{
    /// <summary>The person on whose behalf the agent acted, an opaque id; null where it acted for itself.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>Verifies an export and tells the story of one action of it.</summary>
    /// <returns>The report, and the account when the export verified and holds the action.</returns>
    public static (VerificationReport Report, ActionAccount? Account) Of(string folder, string actionId, ReaderTrust trust)
    {
        var (report, entries) = ExportVerifier.Read(folder, trust);
        // What does not verify answers no question.
        var story = report.Verified ? ActionStory.Stories(entries).FirstOrDefault(group => group.Key == actionId)?.ToList() : null;
        return (report, story is null ? null : Tell(actionId, story));
    }

    /// <summary>For people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine($"{ActionId}  {Tool}  {State}");
        text.AppendLine($"  proposed by  {Named(ProposerName, Proposer)} at {Time(AcceptedAt)}{(OnBehalfOf is null ? "" : $", on behalf of person:{OnBehalfOf}")}");
        text.AppendLine($"  arguments    {Shown(Arguments)}  ({ParamHash})");
        text.AppendLine($"  facts        {Shown(Facts)}  ({FactsHash})");
        text.AppendLine($"  decided by   rule {Rule}: {Decision}  (policy {PolicyHash}, contract {ContractHash}, release {Release})");
        foreach (var answer in Answers)
            text.AppendLine($"  {(answer.Approved ? "approved by " : "denied by   ")} {Named(answer.Name, answer.Who)} at {Time(answer.At)} as {string.Join(", ", answer.Evidence)}, round {answer.Round}, statement {answer.Statement}{(answer.Passkey is null ? "" : $", signed with the passkey {answer.Passkey}")}{(answer.Counts ? "" : "  (no intent rests on it)")}");
        foreach (var attempt in Attempts)
            text.AppendLine($"  attempt {attempt.Attempt}    intent at {Time(attempt.IntentAt)}, {attempt.Outcome ?? "no outcome recorded"} at {Time(attempt.OutcomeAt)}  {attempt.Result?.GetRawText()}");
        if (Erased) text.AppendLine("  some payloads were erased; the digests above still bind them");
        return text.Append($"  entries      {string.Join(", ", Entries)}").ToString();
    }

    private static ActionAccount Tell(string id, List<ExportEntry> story)
    {
        var (first, last) = (story[0], story[^1]);
        var decided = story.Last(entry => entry.Text("kind") is "action.accepted" or "approval.voided" || entry == first);
        var intents = story.Where(entry => entry.Text("kind") == "effect.intent").ToList();
        var answers = story.Where(entry => entry.Text("kind") is "decision.approve" or "decision.deny" && entry.Text("statement") is not null).Select(entry => new AccountedAnswer(
            entry.Text("actor") ?? "", entry.Beside("username")?.GetString(), entry.Text("kind") == "decision.approve", entry.At, entry.Texts("evidence"), entry.Text("statement"), entry.Number("round"),
            entry.Beside("reason")?.GetString(), intents.Any(intent => intent.Text("statement") == entry.Text("statement") && intent.Texts("approvers").Contains(entry.Text("actor") ?? "")),
            entry.Content.TryGetProperty("passkey", out var passkey) && passkey.TryGetProperty("credential_id", out var credential) ? credential.GetString() : null));
        var attempts = intents.Select(intent =>
        {
            var outcome = story.LastOrDefault(entry => entry.Index > intent.Index && entry.Number("attempt") == intent.Number("attempt"));
            return new AccountedAttempt(intent.Number("attempt"), intent.At, outcome?.Text("kind"), outcome?.At, outcome?.Beside("result"));
        });
        return new ActionAccount(
            id, last.Text("tool"), last.Text("state"), first.Text("proposer"), first.Beside("agent_name")?.GetString(), first.At, last.Text("decision"), last.Text("rule"), first.Beside("arguments"),
            last.Text("param_hash"), decided.Beside("facts") ?? decided.Beside("now"), last.Text("facts_hash"), last.Text("policy_hash"), last.Text("contract_hash"), last.Text("release"),
            [.. answers], [.. attempts], story.Any(entry => entry.Text("payload") is not null && entry.Payload is null), [.. story.Select(entry => entry.Index)]) { OnBehalfOf = first.Text("on_behalf_of") };
    }

    private static string Named(string? name, string? id) => name is null ? id ?? "?" : $"{name} ({id})";

    private static string Time(DateTimeOffset? at) => at is { } time ? $"{time:yyyy-MM-dd HH:mm:ss.fff}Z" : "?";

    private static string Shown(JsonElement? value) => value is { } present ? present.GetRawText() : "erased";
}
