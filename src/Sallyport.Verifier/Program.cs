using System.Globalization;
using System.Text.Json;
using Sallyport.Verifier;

const string Help = """
    sallyport-verifier FOLDER                    verifies an exported audit log
    sallyport-verifier who FOLDER --action ID    who approved what, when, on which facts
    sallyport-verifier receipt FILE --key FILE   verifies the receipt (.tlog-proof) of one entry
    sallyport-verifier halt FILE --key FILE      verifies the receipt of a halt

    Works offline: no server, no network. Every entry is held against the signed checkpoint, every payload against its entry, every effect
    against its recorded intent, approvals and statement.

      --key FILE              verifier keys of the log that you kept; without it the key in the folder is believed
      --old-checkpoint FILE   a checkpoint that you kept; the log must contain everything it covers
      --witness-key FILE      verifier keys of witnesses that you believe; without it those that the folder names
      --approver-keys FILE    thumbprints of approvers' passkeys that you got from them; without it the log's registrations are believed
      --witnesses N           how many of them must have cosigned (default 0)
      --json                  JSON for programs

    Example: sallyport-verifier export/ --key kept.key --old-checkpoint last-month.checkpoint
    Exit codes: 0 verified, 1 not verified, 3 usage.
    """;

if (args.Length == 0 || args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Help);
    return args.Length == 0 ? 3 : 0;
}

var options = new Dictionary<string, string>(StringComparer.Ordinal);
var words = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--json") options["--json"] = "";
    else if (!args[i].StartsWith("--", StringComparison.Ordinal)) words.Add(args[i]);
    else if (args[i] is "--key" or "--old-checkpoint" or "--witness-key" or "--witnesses" or "--approver-keys" or "--action" && i + 1 < args.Length) options[args[i]] = args[++i];
    else return Usage($"{args[i]} is not an option, or lacks its value.");
}

if (!int.TryParse(options.GetValueOrDefault("--witnesses", "0"), NumberStyles.None, CultureInfo.InvariantCulture, out var needed)) return Usage("--witnesses takes a number.");
var trust = new ReaderTrust(options.GetValueOrDefault("--key"), options.GetValueOrDefault("--old-checkpoint"), options.GetValueOrDefault("--witness-key"), needed, options.GetValueOrDefault("--approver-keys"));
switch (words)
{
    case ["receipt", var file]:
        var receipt = Receipt.Verify(file, trust);
        return Answer(receipt, receipt.ToText(), receipt.Verified);
    case ["halt", var file]:
        var halt = HaltReceipt.Verify(file, trust);
        return Answer(halt, halt.ToText(), halt.Verified);
    case ["who", var folder] when options.TryGetValue("--action", out var action):
        var (found, account) = ActionAccount.Of(folder, action, trust);
        if (account is not null) return Answer(account, account.ToText(), true);
        return Answer(found, found.Verified ? $"The log verifies, but holds no action {action}." : found.ToText(), false);
    case [var folder] when folder is not ("who" or "receipt" or "halt"):
        var report = ExportVerifier.Verify(folder, trust);
        return Answer(report, report.ToText(), report.Verified);
    default:
        return Usage("Say what to verify.");
}

int Answer(object value, string text, bool good)
{
    Console.WriteLine(options.ContainsKey("--json") ? JsonSerializer.Serialize(value, value.GetType(), ExportVerifier.Json) : text);
    return good ? 0 : 1;
}

int Usage(string what)
{
    Console.Error.WriteLine(what + " See --help.");
    return 3;
}
