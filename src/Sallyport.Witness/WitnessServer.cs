using System.Text;
using Sallyport.Verifier;

namespace Sallyport.Witness;

/// <summary>Where the witness listens and what it trusts.</summary>
/// <param name="Data">Folder of its key and its records.</param>
/// <param name="Name">Its name, a URL without a scheme.</param>
/// <param name="Listen">Address.</param>
/// <param name="Logs">Keys of the logs to witness.</param>
internal sealed record WitnessConfiguration(string Data, string Name, string Listen, IReadOnlyList<NoteKey> Logs);

/// <summary>The witness's HTTP interface.</summary>
internal static class WitnessServer
{
    private const int MaxBodyBytes = 64 << 10;

    /// <summary>Starts listening; the caller stops it.</summary>
    internal static async Task<WebApplication> StartAsync(WitnessConfiguration configuration, TimeProvider time)
    {
        Directory.CreateDirectory(configuration.Data);
        // One process per folder: a second one would not see this one's turns.
        var exclusive = new FileStream(Path.Combine(configuration.Data, "witness.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(configuration.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        var key = CosignerKey.Open(Path.Combine(configuration.Data, "witness.key"), configuration.Name);
        var call = new AddCheckpoint(configuration.Logs, key, new WitnessStore(configuration.Data), time);
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(exclusive.Dispose);
        app.MapPost("/add-checkpoint", http => AnswerAsync(http, call, app.Logger));
        app.MapGet("/key", () => Results.Text(key.Verifier + "\n"));
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(HttpContext http, AddCheckpoint call, ILogger logger)
    {
        using var reader = new StreamReader(http.Request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        WitnessReply reply;
        try
        {
            reply = await call.AnswerAsync(await reader.ReadToEndAsync(http.RequestAborted), http.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            reply = new WitnessReply(400, "The body is not UTF-8.\n");
        }
        catch (Exception fault) when (fault is FormatException or UnauthorizedAccessException || (fault is IOException and not BadHttpRequestException))
        {
            logger.LogError(fault, "The record could not be read or made durable, so nothing was cosigned.");
            reply = new WitnessReply(500, "The witness cannot keep its record.\n");
        }

        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.IsSize ? "text/x.tlog.size" : "text/plain; charset=utf-8";
        await http.Response.WriteAsync(reply.Body, http.RequestAborted);
    }
}
