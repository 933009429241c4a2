using System.CommandLine;
using System.Globalization;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy replay</c>: what a candidate would have decided on what really happened.</summary>
internal static class ReplayVerb
{
    internal static Command Create()
    {
        var candidate = new Argument<string>("candidate") { Description = "Folder of a bundle, or hash of a published release (sha256:…)." };
        var since = new Option<string>("--since") { Description = "How far back: 30d, 12h, 90m, or a date such as 2026-01-31.", Required = true };
        since.Validators.Add(result => { if (Moment(result.GetValueOrDefault<string>(), TimeProvider.System) is null) result.AddError("--since is 30d, 12h, 90m or a date such as 2026-01-31."); });
        var workflow = new Option<string?>("--workflow") { Description = "Whose actions (default: the candidate's workflow)." };
        var examples = new Option<int>("--examples") { Description = "Most example ids of each changed cell.", DefaultValueFactory = _ => 5 };
        return Connection.Verb("replay",
            "Decide recorded actions again under a candidate. Publishes nothing. Exit code 0: nothing loosens; 1: something does; 2: some actions cannot be told.\n\nExample: sallyport policy replay workflows/refund --since 30d",
            async (parsed, client, cancellation) =>
            {
                var (text, faults) = (parsed.GetValue(candidate)!, new List<BundleFault>());
                if (!IsHash(text) && !Directory.Exists(text))
                {
                    Output.Error($"\"{text}\" is neither a folder nor a hash sha256:….");
                    return ExitCodes.Usage;
                }

                var files = IsHash(text) ? null : BundleFiles.Read(text, faults);
                foreach (var fault in faults) Output.Error(Path.Combine(text, fault.ToString()));
                if (faults.Count > 0) return ExitCodes.Usage;
                var view = await client.ReplayAsync(new ReplayCall(
                    Moment(parsed.GetValue(since)!, TimeProvider.System)!.Value, files?.Texts, files is null ? text : null, parsed.GetValue(workflow), parsed.GetValue(examples)), cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(view);
                else Print(view);
                return MatrixText.ExitCode(view.Matrix, view.Truncated);
            }, candidate, since, workflow, examples);
    }

    private static void Print(ReplayView view)
    {
        Output.Line($"{view.Replayed} actions of {view.Workflow} since {view.Since:u}, decided again under {view.Candidate}");
        if (view.Truncated) Output.Coloured("yellow", "There were more; only the oldest were taken.");
        MatrixText.Print(view.Matrix, "recorded", "candidate");
        foreach (var money in view.ToAutomatic)
            Output.Coloured("yellow", string.Create(CultureInfo.InvariantCulture, $"{money.Actions} action{(money.Actions == 1 ? "" : "s")} over {money.Minor} minor units of {money.Currency} would be carried out without asking."));
    }

    private static bool IsHash(string text) => text.StartsWith("sha256:", StringComparison.Ordinal);

    private static DateTimeOffset? Moment(string? text, TimeProvider time)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100_000)
        {
            var now = time.GetUtcNow();
            if (text[^1] == 'd') return now.AddDays(-Math.Min(count, 36_500));
            if (text[^1] == 'h') return now.AddHours(-count);
            if (text[^1] == 'm') return now.AddMinutes(-count);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }
}
