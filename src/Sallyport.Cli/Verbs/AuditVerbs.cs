using System.CommandLine;
using System.Globalization;
using Sallyport.Contracts.Wire;
using Sallyport.Verifier;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport audit …</c>: take the log along, verify it, and look after it.</summary>
internal static class AuditVerbs
{
    private static readonly Option<FileInfo?> Key = new("--key") { Description = "Verifier keys of the log that you kept." };
    private static readonly Option<FileInfo?> Old = new("--old-checkpoint") { Description = "Checkpoint that you kept; the log must contain everything it covers." };
    private static readonly Option<FileInfo?> WitnessKey = new("--witness-key") { Description = "Verifier keys of witnesses that you believe." };
    private static readonly Option<FileInfo?> ApproverKeys = new("--approver-keys") { Description = "Thumbprints of approvers' passkeys that you got from them." };
    private static readonly Option<int> Witnesses = new("--witnesses") { Description = "How many of them must have cosigned." };

    internal static Command Create() => new("audit", "Export the audit log, verify it offline, and look after its key and its payloads.")
    {
        Export(), Verify(), Who(), TakeReceipt(), RotateKey(), Erase(),
    };

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo?>("folder") { Description = "Folder to write.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<DirectoryInfo?>("--out") { Description = "The same, as an option." };
        return Connection.Verb("export", "Write the audit log to a folder that anybody can verify offline.\n\nExample: sallyport audit export ./export", async (parsed, client, cancellation) =>
        {
            if ((parsed.GetValue(output) ?? parsed.GetValue(folder)) is not { } target)
            {
                Output.Error("Name the folder to write.");
                return ExitCodes.Usage;
            }

            await AuditExport.WriteAsync(client, target.FullName, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { folder = target.FullName });
            else Output.Line($"Wrote {target.FullName}. Verify it anywhere with: sallyport audit verify {target}");
            return ExitCodes.Ok;
        }, folder, output);
    }

    private static Command Verify()
    {
        var folder = Folder();
        var command = new Command("verify", "Verify an export offline: no server, no network.\n\nExample: sallyport audit verify ./export --old-checkpoint last-month.checkpoint") { folder, Key, Old, WitnessKey, ApproverKeys, Witnesses, Connection.AsJson };
        command.SetAction(parsed =>
        {
            var report = ExportVerifier.Verify(parsed.GetValue(folder)!.FullName, Trust(parsed));
            return Answer(parsed, report, report.ToText(), report.Verified);
        });
        return command;
    }

    private static Command Who()
    {
        var folder = Folder();
        var action = new Option<string>("--action") { Description = "The action.", Required = true };
        var command = new Command("who", "Who approved what, when, on which facts: the answer of a verified export.\n\nExample: sallyport audit who ./export --action act_0197d1f2") { folder, action, Key, Old, WitnessKey, ApproverKeys, Witnesses, Connection.AsJson };
        command.SetAction(parsed =>
        {
            var (report, account) = ActionAccount.Of(parsed.GetValue(folder)!.FullName, parsed.GetValue(action)!, Trust(parsed));
            if (account is not null) return Answer(parsed, account, account.ToText(), true);
            return Answer(parsed, report, report.Verified ? "The log verifies, but holds no such action." : report.ToText(), false);
        });
        return command;
    }

    private static Command TakeReceipt()
    {
        var action = new Argument<string>("action") { Description = "The action." };
        var output = new Option<FileInfo?>("--out") { Description = "File to write (default: ACTION.tlog-proof)." };
        return Connection.Verb("receipt", "Take the proof that an action's last entry is in the log (C2SP tlog-proof).\n\nExample: sallyport audit receipt act_0197d1f2 --out refund.tlog-proof", async (parsed, client, cancellation) =>
        {
            var id = parsed.GetValue(action)!;
            var file = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(id + ".tlog-proof");
            await File.WriteAllTextAsync(file, await client.TextAsync($"/v1/actions/{Uri.EscapeDataString(id)}/receipt", cancellation), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { file });
            else Output.Line($"Wrote {file}. Verify it anywhere with: sallyport-verifier receipt {file} --key FILE");
            return ExitCodes.Ok;
        }, action, output);
    }

    private static Command RotateKey() => Connection.Verb("rotate-key", "Replace the log's key: the new one is announced in the log, and both sign for a week.\n\nExample: sallyport audit rotate-key", async (parsed, client, cancellation) =>
    {
        var rotated = await client.RotateLogKeyAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(rotated);
        else Output.Line($"The log's key is now\n  {rotated.NewKey}\nBoth keys sign for {rotated.OverlapDays} days. Give the new one to your witnesses before that ends.");
        return ExitCodes.Ok;
    });

    private static Command Erase()
    {
        var before = new Option<string?>("--before") { Description = "Erase what stands beside entries older than this date (UTC), such as 2026-01-31." };
        var action = new Option<string?>("--action") { Description = "Erase what stands beside the entries of this action." };
        return Connection.Verb("erase", "Erase payloads; their entries stay and the log verifies as before.\n\nExample: sallyport audit erase --before 2026-01-31", async (parsed, client, cancellation) =>
        {
            DateTimeOffset? time = null;
            if (parsed.GetValue(before) is { } text)
            {
                if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var given))
                {
                    Output.Error("--before takes a date such as 2026-01-31.");
                    return ExitCodes.Usage;
                }

                time = given;
            }

            var erased = await client.EraseAsync(new EraseCall(time, parsed.GetValue(action)), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(erased);
            else Output.Line($"Erased {erased.Payloads} payloads and {erased.Correlations} business ids; kept {erased.Kept} of actions that have not ended.");
            return ExitCodes.Ok;
        }, before, action);
    }

    private static Argument<DirectoryInfo> Folder() => new("folder") { Description = "Folder that audit export wrote." };

    private static ReaderTrust Trust(ParseResult parsed) => new(parsed.GetValue(Key)?.FullName, parsed.GetValue(Old)?.FullName, parsed.GetValue(WitnessKey)?.FullName, parsed.GetValue(Witnesses), parsed.GetValue(ApproverKeys)?.FullName);

    private static int Answer(ParseResult parsed, object value, string text, bool good)
    {
        if (parsed.GetValue(Connection.AsJson)) Output.Json(value);
        else Output.Line(text);
        return good ? ExitCodes.Ok : ExitCodes.Refused;
    }
}
