using System.CommandLine;
using System.Text.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Hosting;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport serve</c>.</summary>
internal static class ServeVerb
{
    internal static Command Create()
    {
        var config = new Option<FileInfo?>("--config") { Description = "JSON file with the server's options; the other options override it." };
        var data = new Option<string?>("--data") { Description = "Folder of the store (default .sallyport)." };
        var listen = new Option<string?>("--listen") { Description = "Address to listen on (default http://127.0.0.1:5080)." };
        var bundles = new Option<string[]>("--bundle") { Description = "Bundle folder to publish and activate; may be repeated.", DefaultValueFactory = _ => [] };
        var connectors = new Option<string[]>("--connector") { Description = "NAME=URL of an HTTP connector; its bearer token is read from the environment variable NAME_API_KEY (upper case).", DefaultValueFactory = _ => [] };
        var clock = new Option<bool>("--accept-clock") { Description = "Take the machine's clock as it is, even if it is behind what the store has recorded." };
        var command = new Command("serve", "Start the server.\n\nExample: sallyport serve --bundle workflows/refund --connector payments=http://127.0.0.1:5090")
        { config, data, listen, bundles, connectors, clock, Connection.AsJson };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var options = Options(parsed.GetValue(config), parsed.GetValue(data), parsed.GetValue(listen), parsed.GetValue(bundles)!, parsed.GetValue(connectors)!);
                options.AcceptClock |= parsed.GetValue(clock);
                await using var server = await SallyportServer.StartAsync(options);
                foreach (var notice in server.Notices) Output.Error(notice);
                if (parsed.GetValue(Connection.AsJson)) Output.JsonLine(new { listening = server.Url, admin_password = server.NewAdminPassword });
                else
                {
                    Output.Line($"Sallyport listens on {server.Url}");
                    if (server.NewAdminPassword is { } password) Output.Line($"First start: the account \"admin\" was created with the password {password} (shown only now).");
                }

                return await server.WaitAsync(cancellation) ? ExitCodes.Unavailable : ExitCodes.Ok;
            }
            catch (ServerStartException fault)
            {
                Output.Error(fault.Message);
                return ExitCodes.Refused;
            }
            catch (Exception fault) when (fault is JsonException or FormatException or IOException)
            {
                Output.Error("The configuration cannot be read: " + fault.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }

    private static ServerOptions Options(FileInfo? config, string? data, string? listen, string[] bundles, string[] connectors)
    {
        var options = config is null ? new ServerOptions() : JsonSerializer.Deserialize<ServerOptions>(File.ReadAllText(config.FullName), WireJson.Options)!;
        if (data is not null) options.Data = data;
        if (listen is not null) options.Listen = listen;
        if (bundles.Length > 0) options.Bundles = bundles;
        if (Environment.GetEnvironmentVariable("SALLYPORT_ADMIN_PASSWORD") is { Length: > 0 } password) options.AdminPassword = password;
        var all = options.Connectors.ToDictionary();
        foreach (var connector in connectors)
        {
            if (connector.Split('=', 2) is not [{ Length: > 0 } name, var url]) throw new FormatException($"\"{connector}\" is not NAME=URL.");
            all[name] = new ConnectorOptions { BaseUrl = url, BearerEnv = name.ToUpperInvariant().Replace('-', '_') + "_API_KEY" };
        }

        options.Connectors = all;
        return options;
    }
}
