using Sallyport.Connectors.Http;

namespace Sallyport.Server.Integrations;

/// <summary>Where a secret comes from; exactly one is set. The secret itself never stands in the configuration.</summary>
public sealed class SecretOptions
{
    /// <summary>Name of an environment variable.</summary>
    public string? Env { get; set; }

    /// <summary>Path of a file; read for every use, so that rotation needs no restart.</summary>
    public string? File { get; set; }

    /// <summary>A program and its arguments; its first output line is the secret.</summary>
    public IReadOnlyList<string>? Command { get; set; }

    internal SecretSource Source => new(Env, File, Command);

    internal bool IsOne => (Env is null ? 0 : 1) + (File is null ? 0 : 1) + (Command is { Count: > 0 } ? 1 : 0) == 1;
}
