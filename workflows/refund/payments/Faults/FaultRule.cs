using System.Text.Json;
using Sallyport.Samples.Payments.Http;

namespace Sallyport.Samples.Payments.Faults;

/// <summary>The fault that is switched on, and for which requests.</summary>
/// <param name="Mode">How to misbehave.</param>
/// <param name="Times">How many matching requests it hits, or null for all.</param>
/// <param name="Delay">How long the slow modes hold a request.</param>
/// <param name="PathPrefix">Paths that start with this match; null matches all.</param>
/// <param name="Method">The HTTP method that matches; null matches all.</param>
internal sealed record FaultRule(FaultMode Mode, long? Times, TimeSpan Delay, string? PathPrefix, string? Method)
{
    public static readonly FaultRule Off = new(FaultMode.None, null, TimeSpan.Zero, null, null);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, FaultMode> Modes =
        Enum.GetValues<FaultMode>().ToDictionary(NameOf);

    /// <summary>The mode as it is spelled over the wire.</summary>
    public static string NameOf(FaultMode mode) => JsonNamingPolicy.SnakeCaseLower.ConvertName(mode.ToString());

    /// <summary>Reads the body of <c>PUT /faults</c>. Null with an answer in the second value when it is not acceptable.</summary>
    public static async Task<(FaultRule? Rule, Answer? Refusal)> ReadAsync(HttpContext context)
    {
        var fields = await RequestFields.ReadAsync(context, "mode", "times", "delay_ms", "match");
        if (!Modes.TryGetValue(fields.Text("mode", 64), out var mode))
            fields.Fail("mode", $"must be one of {string.Join(", ", Modes.Keys)}", "");
        var times = fields.OptionalInteger("times", 1, int.MaxValue);
        var delay = fields.OptionalInteger("delay_ms", 0, (long)MaxDelay.TotalMilliseconds) ?? 0;
        var match = fields.OptionalObject("match", "path_prefix", "method");
        var rule = new FaultRule(
            mode, times, TimeSpan.FromMilliseconds(delay),
            match?.OptionalText("path_prefix", 200), match?.OptionalText("method", 16)?.ToUpperInvariant());
        fields.TakeFaultOf(match);
        return fields.Refusal is { } refusal ? (null, refusal) : (rule, null);
    }

    public bool Matches(HttpRequest request) =>
        Mode != FaultMode.None
        && (Method is null || Method == request.Method)
        && (PathPrefix is null || (request.Path.Value ?? "").StartsWith(PathPrefix, StringComparison.Ordinal));
}
