using System.Globalization;
using System.Text;
using Sallyport.KillSwitch;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Cli.Drills;

/// <summary>What the documents are filled in for.</summary>
/// <param name="Server">The URL of the server that people will have to stop.</param>
/// <param name="Data">Its data folder.</param>
/// <param name="Release">The workflow.</param>
/// <param name="At">When the drills ran.</param>
internal sealed record Installation(string Server, string Data, Release Release, DateTimeOffset At);

/// <summary>
/// The incident runbook and the kill-switch evidence (requirement A5.D). Commands are filled in for one installation, contacts come from the
/// manifest, and every figure is one that a drill measured.
/// </summary>
internal sealed class DrillDocuments(IReadOnlyList<DrillResult> results, Installation installation)
{
    private WorkflowManifest Manifest => installation.Release.Manifest;

    /// <summary>What to do at 3 a.m.</summary>
    internal string Runbook()
    {
        var text = new StringBuilder();
        WriteStop(text);
        WriteWaysOut(text);
        WriteAfterwards(text);
        return text.ToString();
    }

    private void WriteStop(StringBuilder text)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Incident runbook: {Manifest.Title}

            Made from drills that ran at {installation.At:u} against release `{installation.Release.Hash}`. Server `{installation.Server}`, data folder `{installation.Data}`.

            **Who to call:** {Manifest.Owner.Person} ({Manifest.Owner.Team}), {Manifest.Owner.Contact}

            ## 1. Stop first, ask afterwards

            Sign in once: `sallyport login YOUR-NAME --server {installation.Server}` (role operator).

            | what is wrong | command | what it does |
            |---|---|---|
            | one agent | `sallyport halt agent:AGENT-ID --reason "why" --server {installation.Server}` | nothing of it begins any more, its credentials are void |
            """);
        foreach (var tool in Writing)
            text.AppendLine(CultureInfo.InvariantCulture, $"| the tool {tool.Name} | `sallyport halt tool:{tool.Name} --reason \"why\" --server {installation.Server}` | nobody can use it; credentials stay |");
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            | the workflow | `sallyport halt workflow:{Manifest.Name} --reason "why" --server {installation.Server}` | every agent of it stops |
            | you do not know | `sallyport halt all --reason "why" --server {installation.Server}` | everything stops |
            | the server does not answer, or its store is broken | `sallyport break-glass --data {installation.Data} --reason "why"` on its machine | nothing leaves it from that moment; needs neither store nor sign-in |

            The command answers with a receipt. When it has answered, nothing new begins. "May still land" names every request that had already left;
            nothing else can land. "Fenced by time" names servers that did not answer and whose permit ({PermitRenewal.TimeToLive.TotalSeconds:0} s) has lapsed.{Measured()}
            """);
    }

    private void WriteWaysOut(StringBuilder text)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            ## 2. Find out what happened

            - Everything about an id (action, order, task, key, trace): `sallyport chain ID --server {installation.Server}`
            - Why an action was decided so: `sallyport policy explain ACTION-ID --server {installation.Server}`
            - What is halted now: `sallyport halts --server {installation.Server}`

            ## 3. Effects of unknown outcome

            The server settles them by itself where the contract allows it:

            | tool | promise of the system of record | way out |
            |---|---|---|
            """);
        foreach (var tool in Writing) text.AppendLine(CultureInfo.InvariantCulture, $"| {tool.Name} | {tool.Effect!.Class.ToString().ToLowerInvariant()} | {WayOut(tool.Effect)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            After {Sallyport.Actions.UnknownSettler.AlarmAfter.TotalMinutes:0} minutes an entry `effect.overdue` says that a person is needed. Look into the system of record, then:
            `sallyport action resolve ACTION-ID --outcome not_applied --evidence "what you saw and where" --server {installation.Server}`
            Where the risk is high two people must say the same; nobody settles their own action.
            """);
    }

    private void WriteAfterwards(StringBuilder text)
    {
        text.AppendLine("""

            ## 4. Put it right

            """);
        foreach (var tool in Writing)
            text.AppendLine(tool.Reversible is { } reversible
                ? $"- {tool.Name}: `sallyport action compensate ACTION-ID --dry-run --server {installation.Server}` shows the way back by {reversible.By}, without --dry-run it is proposed (within {reversible.Within.TotalHours:0} h)"
                : $"- {tool.Name}: cannot be undone; correct it in the system of record");
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            ## 5. Keep the evidence

            1. `sallyport audit export ./incident --server {installation.Server}`
            2. `sallyport audit verify ./incident`

            ## 6. Resume

            Only when the cause is known: `sallyport resume HALT-ID --server {installation.Server}` (after a break-glass: `sallyport break-glass --data {installation.Data} --lift`).
            What was cancelled stays cancelled. Agents need new tokens.

            ## What was exercised

            | drill | re-enacts | contained |
            |---|---|---|
            """);
        foreach (var result in results)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {result.Drill}: {result.Title} | {result.Incident ?? "basic exercise"} | {(result.Contained ? "yes" : "NO")}, {result.Controls.Count(control => control.Held)} of {result.Controls.Count} controls |");
    }

    /// <summary>That the kill switch works, from the drill that ran.</summary>
    internal string KillEvidence()
    {
        var kill = results.First(result => result.Drill == "kill");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Kill switch: evidence

            Drill at {installation.At:u}, release `{installation.Release.Hash}`: the real engine and the real sample system of record in a sandbox, under load.
            Result: **{(kill.Contained ? "contained" : "NOT CONTAINED")}**. The raw timeline is `kill.json`, the log of the sandbox is `audit/`, the ledger is `payments-ledger.json`; `digests.txt` has their SHA-256.

            | measured | value |
            |---|---|
            """);
        foreach (var (name, value) in kill.Figures) text.AppendLine(CultureInfo.InvariantCulture, $"| {name.Replace('_', ' ')} | {value} |");
        text.AppendLine().AppendLine("| control | held | seen |").AppendLine("|---|---|---|");
        foreach (var control in kill.Controls) text.AppendLine(CultureInfo.InvariantCulture, $"| {control.Name} | {(control.Held ? "yes" : "NO")} | {control.Seen} |");
        text.AppendLine().AppendLine("| ms | who | what |").AppendLine("|---|---|---|");
        foreach (var moment in kill.Timeline) text.AppendLine(CultureInfo.InvariantCulture, $"| {moment.AtMs} | {moment.Who} | {moment.What} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            Check it yourself: `sha256sum -c digests.txt` and `sallyport audit verify audit`; the receipts are the entries `kill.begin` and `kill.complete`.

            Limit: a process that is frozen between its last check and its first byte is covered by no process; only a fence or a revoked credential at the system of record stops it. Receipts say for each attempt whether that was done.
            """);
        return text.ToString();
    }

    private IEnumerable<ToolContract> Writing => installation.Release.Tools.Values.Where(tool => !tool.ReadOnly).OrderBy(tool => tool.Name, StringComparer.Ordinal);

    private string Measured() => results.FirstOrDefault(result => result.Drill == "kill") is { } kill && kill.Figures.TryGetValue("confirmed_ms", out var took)
        ? string.Create(CultureInfo.InvariantCulture, $" In the drill the confirmation took {took:0} ms under load.")
        : "";

    private static string WayOut(EffectSpec effect) => effect.Class switch
    {
        ConnectorClass.Fenced => "late requests are fenced off, then the probe's answer is final",
        ConnectorClass.Revocable => "the attempt's credential is revoked, then the probe's answer is final",
        ConnectorClass.Idempotent => "the same request is sent again under the same key",
        ConnectorClass.Plain => effect.MaxInFlight is null ? "a probe can confirm it; otherwise people settle it" : "once nothing can be on its way, the probe's answer is final",
    };
}
