namespace Sallyport.Verifier;

/// <summary>What the stories of the actions gave.</summary>
internal sealed record StoryReport(int Effects, int Statements, int Signatures, IReadOnlyList<string> Notes);

/// <summary>
/// Reads the entries of every action as a story and checks that it makes sense: every version has one entry, each starts where the one before
/// ended, an effect has an earlier intent of the same attempt, an intent that needed people has their recorded approvals of the statement that
/// the entries themselves give, and nothing follows an end.
/// </summary>
internal static class ActionStory
{
    private static readonly string[] Final = ["denied", "expired", "cancelled", "escalated", "drafted", "failed", "succeeded"];

    internal static StoryReport Check(List<ExportEntry> entries, PasskeyBook passkeys, List<string> faults)
    {
        var (effects, statements, signatures, notes) = (0, 0, 0, new List<string>());
        foreach (var story in Stories(entries))
        {
            var teller = new Teller(story.Key, passkeys, faults, notes);
            foreach (var entry in story) teller.Tell(entry);
            (effects, statements, signatures) = (effects + teller.Effects, statements + teller.Statements, signatures + teller.Signatures);
        }

        return new StoryReport(effects, statements, signatures, notes);
    }

    /// <summary>The entries of transitions by action, in order.</summary>
    internal static IEnumerable<IGrouping<string, ExportEntry>> Stories(IEnumerable<ExportEntry> entries) =>
        entries.Where(entry => entry.Text("action_id") is not null && entry.Text("state") is not null && entry.Number("version") > 0).GroupBy(entry => entry.Text("action_id")!);

    private sealed class Teller(string id, PasskeyBook passkeys, List<string> faults, List<string> notes)
    {
        private readonly HashSet<int> _intents = [];
        private readonly Dictionary<string, HashSet<string>> _approvers = new(StringComparer.Ordinal);
        private readonly Dictionary<int, StatementDiff> _diffs = [];
        private readonly Dictionary<int, ExportEntry> _rounds = [];
        private readonly HashSet<(string? Statement, string Who)> _signed = [];
        private DateTimeOffset? _before;
        private int _version;
        private string _state = "";
        private bool _ended;

        internal int Effects { get; private set; }

        internal int Statements { get; private set; }

        internal int Signatures { get; private set; }

        internal void Tell(ExportEntry entry)
        {
            var (kind, state) = (entry.Text("kind"), entry.Text("state")!);
            CheckPlace(entry, kind);
            if (kind is "action.accepted" or "approval.voided") (_diffs[entry.Number("round")], _rounds[entry.Number("round")]) = (Statement.DiffOf(entry), entry);
            if (kind is "decision.approve" or "decision.deny" && entry.Text("statement") is { } statement) CheckStatement(entry, statement);
            if (kind == "decision.approve") Approvers(entry.Text("statement")).Add(entry.Text("actor") ?? "");
            if (kind == "decision.approve" && entry.Content.TryGetProperty("passkey", out var passkey) && passkey.ValueKind == System.Text.Json.JsonValueKind.Object) CheckSignature(entry);
            if (kind == "effect.intent") CheckIntent(entry);
            if (state == "succeeded")
            {
                Effects++;
                if (!_intents.Contains(entry.Number("attempt"))) Fault(entry, "reports an effect whose intent was never recorded");
            }

            (_state, _ended) = (state, Final.Contains(state));
        }

        private void CheckPlace(ExportEntry entry, string? kind)
        {
            if (_ended) Fault(entry, $"({kind}) follows its end in {_state}");
            // The first attempt of an automatic action is claimed together with its acceptance, under one version.
            var version = entry.Number("version");
            var claimedAtOnce = kind == "effect.intent" && version == 1 && _version == 1;
            if (version != _version + 1 && !claimedAtOnce) Fault(entry, $"has version {version} after {_version}: an entry is missing or stands twice");
            if (_version == 0 && kind != "action.accepted") Fault(entry, $"({kind}) comes before the action was accepted");
            if (entry.Text("from") is { } from && from != _state && !claimedAtOnce) Fault(entry, $"starts from {from}, but the action was {_state}");
            if (entry.At < _before) notes.Add($"Action {id}: entry {entry.Index} is earlier by its clock than the one before it.");
            (_version, _before) = (version, entry.At ?? _before);
        }

        private void CheckStatement(ExportEntry entry, string statement)
        {
            if (!_diffs.TryGetValue(entry.Number("round"), out var diff) || !diff.Known) return;
            Statements++;
            if (Statement.Digest(entry, diff) != statement) Fault(entry, "decides on a statement that is not the one its digests give");
        }

        private void CheckSignature(ExportEntry entry)
        {
            Signatures++;
            var wrong = PasskeySignature.Faults(entry, _rounds.GetValueOrDefault(entry.Number("round")), passkeys).ToList();
            foreach (var fault in wrong) Fault(entry, $"is signed by its giver, but {fault}");
            if (wrong.Count == 0) _signed.Add((entry.Text("statement"), entry.Text("actor") ?? ""));
        }

        private void CheckIntent(ExportEntry entry)
        {
            _intents.Add(entry.Number("attempt"));
            if (entry.Text("decision") != "approve") return;
            var named = entry.Texts("approvers");
            if (named.Count == 0 || named.Any(person => !Approvers(entry.Text("statement")).Contains(person))) Fault(entry, "acts on approvals that are not recorded for its statement");
            if (!_rounds.TryGetValue(entry.Number("round"), out var asked)) return;
            if (named.Distinct().Count() < asked.Number("approvals_needed")) Fault(entry, $"acts on {named.Distinct().Count()} approvals, but {asked.Number("approvals_needed")} were needed");
            var signed = named.Distinct().Count(person => _signed.Contains((entry.Text("statement"), person)));
            if (signed < asked.Number("signatures_needed")) Fault(entry, $"acts on {signed} signed approvals, but {asked.Number("signatures_needed")} were needed");
        }

        private HashSet<string> Approvers(string? statement) => _approvers.TryGetValue(statement ?? "", out var set) ? set : _approvers[statement ?? ""] = new HashSet<string>(StringComparer.Ordinal);

        private void Fault(ExportEntry entry, string what) => faults.Add($"Action {id}: entry {entry.Index} {what}.");
    }
}
