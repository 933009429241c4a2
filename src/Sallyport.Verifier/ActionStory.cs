namespace Sallyport.Verifier;

/// <summary>
/// Reads the entries of every action as a story and checks that it makes sense: an effect has an earlier intent of the same attempt, an
/// intent that needed people has their recorded approvals of the same statement, and nothing follows a denial.
/// </summary>
internal static class ActionStory
{
    private static readonly string[] Final = ["denied", "expired", "cancelled", "escalated", "drafted", "failed", "succeeded"];

    /// <summary>Checks every action; returns how many effects there are.</summary>
    internal static int Check(List<ExportEntry> entries, List<string> faults)
    {
        var effects = 0;
        var stories = entries.Where(entry => entry.Text("action_id") is not null && entry.Text("state") is not null && entry.Text("version") is null)
            .Where(entry => entry.Number("version") > 0).GroupBy(entry => entry.Text("action_id")!);
        foreach (var story in stories) effects += CheckOne(story.Key, [.. story], faults);
        return effects;
    }

    private static int CheckOne(string id, List<ExportEntry> story, List<string> faults)
    {
        var intents = new HashSet<int>();
        var approvers = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var (effects, version, ended) = (0, 0, "");
        foreach (var entry in story)
        {
            var (kind, state) = (entry.Text("kind"), entry.Text("state")!);
            if (ended.Length > 0) faults.Add($"Action {id}: entry {entry.Index} ({kind}) follows its end in {ended}.");
            // The first attempt of an automatic action is claimed together with its acceptance, under one version.
            if (entry.Number("version") != version + 1 && !(kind == "effect.intent" && entry.Number("version") == version))
                faults.Add($"Action {id}: entry {entry.Index} has version {entry.Number("version")} after {version}; an entry is missing.");
            version = entry.Number("version");
            if (kind == "decision.approve") (approvers.TryGetValue(entry.Text("statement") ?? "", out var set) ? set : approvers[entry.Text("statement") ?? ""] = []).Add(entry.Text("actor")!);
            if (kind == "effect.intent") CheckIntent(id, entry, intents, approvers, faults);
            if (state == "succeeded")
            {
                effects++;
                if (!intents.Contains(entry.Number("attempt"))) faults.Add($"Action {id}: entry {entry.Index} reports an effect whose intent was never recorded.");
            }

            if (Final.Contains(state)) ended = state;
        }

        return effects;
    }

    private static void CheckIntent(string id, ExportEntry entry, HashSet<int> intents, Dictionary<string, HashSet<string>> approvers, List<string> faults)
    {
        intents.Add(entry.Number("attempt"));
        if (entry.Text("decision") != "approve") return;
        var named = entry.Content.TryGetProperty("approvers", out var list) ? list.EnumerateArray().Select(item => item.GetString()!).ToHashSet() : [];
        var recorded = approvers.GetValueOrDefault(entry.Text("statement") ?? "") ?? [];
        if (named.Count == 0 || !named.IsSubsetOf(recorded)) faults.Add($"Action {id}: entry {entry.Index} acts on approvals that are not recorded for its statement.");
    }
}
