using System.Globalization;
using System.Net;

namespace Sallyport.Samples.Payments.Hosting;

/// <summary>Everything the service is told at start. Keys come from the environment, so that they show in no process list.</summary>
internal sealed record PaymentsOptions
{
    public const string Usage =
        """
        usage: sallyport-payments --urls http://127.0.0.1:PORT --data DIR [--seed N] [--ready-file FILE]

          --urls        one loopback http address; port 0 takes a free one
          --data        directory of the ledger; created and seeded when empty
          --seed        seed of the customers and orders (default 42); must match an existing ledger
          --ready-file  written with the base URL once requests are accepted

        environment:
          PAYMENTS_API_KEY    bearer key of the API (required)
          PAYMENTS_ADMIN_KEY  bearer key of /faults (optional; without it there are no switches)
        """;

    public const ulong DefaultSeed = 42;

    /// <summary>Loopback port; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>Directory that holds the ledger.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The seed that was asked for, or null to take the ledger's own (a new ledger takes <see cref="DefaultSeed"/>).</summary>
    public ulong? Seed { get; init; }

    public string? ReadyFile { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>Null switches <c>/faults</c> off.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Reads the command line. Null with a reason in <paramref name="fault"/> when something is missing or wrong.</summary>
    public static PaymentsOptions? Parse(IReadOnlyList<string> args, Func<string, string?> environment, out string fault)
    {
        string? urls = null, data = null, seedText = null, readyFile = null;
        fault = "";
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count)
            {
                fault = $"{args[i]} needs a value";
                return null;
            }

            switch (args[i])
            {
                case "--urls": urls = args[i + 1]; break;
                case "--data": data = args[i + 1]; break;
                case "--seed": seedText = args[i + 1]; break;
                case "--ready-file": readyFile = args[i + 1]; break;
                default: fault = $"unknown option {args[i]}"; return null;
            }
        }

        var seed = 0UL;
        var apiKey = environment("PAYMENTS_API_KEY");
        var adminKey = environment("PAYMENTS_ADMIN_KEY");
        fault =
            PortOf(urls) is null ? "--urls must be one http://127.0.0.1:PORT"
            : string.IsNullOrWhiteSpace(data) ? "--data is required"
            : seedText is not null && !ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out seed)
                ? "--seed must be a whole number"
            : string.IsNullOrWhiteSpace(apiKey) ? "PAYMENTS_API_KEY is not set"
            : apiKey == adminKey ? "PAYMENTS_ADMIN_KEY must differ from PAYMENTS_API_KEY"
            : "";
        if (fault.Length > 0)
            return null;

        return new PaymentsOptions
        {
            Port = PortOf(urls)!.Value,
            DataDirectory = data!,
            Seed = seedText is null ? null : seed,
            ReadyFile = readyFile,
            ApiKey = apiKey!,
            AdminKey = string.IsNullOrWhiteSpace(adminKey) ? null : adminKey,
        };
    }

    /// <summary>The port, or null when the address is not a plain loopback one: a sample with seeded keys stays off the network.</summary>
    private static int? PortOf(string? urls) =>
        Uri.TryCreate(urls, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", PathAndQuery: "/" }
        && (uri.Host == "localhost" || uri.Host == IPAddress.Loopback.ToString())
            ? uri.Port
            : null;
}
