using System.ComponentModel.DataAnnotations;
using Sallyport.Server.Integrations;

namespace Sallyport.Server.Hosting;

/// <summary>One connector in the configuration.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Kind of connector; <c>http</c>.</summary>
    [RegularExpression("^http$")]
    public string Kind { get; set; } = "http";

    /// <summary>Root of the API.</summary>
    [Required, Url]
    public string BaseUrl { get; set; } = "";

    /// <summary>Environment variable that holds the bearer token.</summary>
    public string? BearerEnv { get; set; }

    /// <summary>File that holds the bearer token.</summary>
    public string? BearerFile { get; set; }

    /// <summary>Program (and arguments) whose first output line is the bearer token.</summary>
    public IReadOnlyList<string>? BearerCommand { get; set; }
}

/// <summary>Configuration of the server, validated before it starts.</summary>
public sealed class ServerOptions
{
    /// <summary>Folder of the store.</summary>
    /// <value>Default: <c>.sallyport</c>.</value>
    [Required]
    public string Data { get; set; } = ".sallyport";

    /// <summary>Address to listen on.</summary>
    /// <value>Default: loopback, port 5080.</value>
    [Required]
    public string Listen { get; set; } = "http://127.0.0.1:5080";

    /// <summary>The URL that clients use: issuer, token audience and the only accepted Host. Default: the address listened on.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Further host names that the server answers to.</summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>Bundle folders to publish and activate at start.</summary>
    public IReadOnlyList<string> Bundles { get; set; } = [];

    /// <summary>Connectors by name.</summary>
    public IReadOnlyDictionary<string, ConnectorOptions> Connectors { get; set; } = new Dictionary<string, ConnectorOptions>();

    /// <summary>The audit log.</summary>
    public AuditOptions Audit { get; set; } = new();

    /// <summary>How people sign in.</summary>
    public SignInOptions SignIn { get; set; } = new();

    /// <summary>Other systems that people work in.</summary>
    public IntegrationsOptions Integrations { get; set; } = new();

    /// <summary>Largest request body, bytes.</summary>
    /// <value>Default: 256 KiB.</value>
    [Range(1_024, 16 << 20)]
    public int MaxBodyBytes { get; set; } = 256 << 10;

    /// <summary>
    /// Takes the machine's clock as it is, even if it is behind what the store has recorded. Otherwise nothing is sent until it has caught up.
    /// </summary>
    public bool AcceptClock { get; set; }

    /// <summary>Password of the first administrator; random and printed once when it is not set.</summary>
    public string? AdminPassword { get; set; }
}
