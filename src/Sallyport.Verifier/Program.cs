using System.Text.Json;
using Sallyport.Verifier;

if (args is not [var folder, ..] || folder is "--help" or "-h")
{
    Console.WriteLine("""
        sallyport-verifier FOLDER [--key FILE] [--old-checkpoint FILE] [--json]

        Verifies an exported audit log offline: every entry against the signed checkpoint, every payload against its entry, every effect
        against its recorded intent and approval. With --key, the key that you kept is used instead of the one in the folder; with
        --old-checkpoint, the log must also contain everything that the checkpoint you kept covers.

        Example: sallyport-verifier export/ --key kept.key --old-checkpoint last-month.checkpoint
        Exit codes: 0 verified, 1 not verified, 3 usage.
        """);
    return args.Length == 0 ? 3 : 0;
}

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
var report = ExportVerifier.Verify(folder, Option("--key"), Option("--old-checkpoint"));
Console.WriteLine(args.Contains("--json") ? JsonSerializer.Serialize(report, ExportVerifier.Json) : report.ToText());
return report.Verified ? 0 : 1;
