using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sallyport.Verifier;
using Sallyport.Witness;

const string Help = """
    sallyport-witness --log KEY [--log KEY ...] [--data FOLDER] [--name NAME] [--listen URL]

    Remembers how long each log was and cosigns only what continues it (C2SP tlog-witness). Run it where the log's operators have no access.

      --log KEY      verifier key of a log to witness, or a file with such keys; the server shows its key at /audit/key
      --data FOLDER  folder of the witness's key and records (default .sallyport-witness)
      --name NAME    its name, a URL without a scheme (default sallyport-witness/ and the machine's name)
      --listen URL   address to listen on (default http://127.0.0.1:5091)

    It prints its own verifier key, which belongs into the server's audit.witnesses and into the hands of whoever verifies.

    Example: sallyport-witness --log gate.key --data /var/lib/sallyport-witness
    Exit codes: 0 stopped, 1 cannot start, 3 usage.
    """;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Help);
    return 0;
}

var (data, name, listen, logs) = (".sallyport-witness", "sallyport-witness/" + Environment.MachineName, "http://127.0.0.1:5091", new List<NoteKey>());
try
{
    for (var i = 0; i < args.Length; i += 2)
    {
        if (i + 1 == args.Length) return Usage($"{args[i]} lacks its value.");
        switch (args[i])
        {
            case "--data": data = args[i + 1]; break;
            case "--name": name = args[i + 1]; break;
            case "--listen": listen = args[i + 1]; break;
            case "--log": logs.AddRange(File.Exists(args[i + 1]) ? NoteKey.ReadAll(args[i + 1]) : [NoteKey.Parse(args[i + 1])]); break;
            default: return Usage($"{args[i]} is not an option.");
        }
    }
}
catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
{
    return Usage("A key of --log cannot be read: " + fault.Message);
}

if (logs.Count == 0) return Usage("Name a log with --log.");
if (name.Contains(' ') || name.Contains('+')) return Usage("A name has neither blanks nor plus signs.");
try
{
    await using var app = await WitnessServer.StartAsync(new WitnessConfiguration(data, name, listen, logs), TimeProvider.System);
    var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    Console.WriteLine($"The witness listens on {address}\nIts verifier key is {CosignerKey.Open(Path.Combine(data, "witness.key"), name).Verifier}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception fault) when (fault is IOException or FormatException or UnauthorizedAccessException)
{
    Console.Error.WriteLine("The witness cannot start: " + fault.Message);
    return 1;
}

static int Usage(string what)
{
    Console.Error.WriteLine(what + " See --help.");
    return 3;
}
