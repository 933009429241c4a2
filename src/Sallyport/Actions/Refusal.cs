using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;

namespace Sallyport.Actions;

/// <summary>Why a gate stopped a call: a catalogue entry, or a code of the tool's own contract.</summary>
/// <param name="Code">The entry.</param>
/// <param name="Detail">What happened this time.</param>
/// <param name="Errors">The single faults.</param>
/// <param name="RetryAfter">How long to wait.</param>
/// <param name="ToolCode">The contract's own terminal code, which then takes the place of the entry's.</param>
/// <param name="ActionId">The earlier action, where one explains it.</param>
public sealed record Refusal(
    ErrorCode Code, string Detail, IReadOnlyList<ProblemError>? Errors = null, TimeSpan? RetryAfter = null, string? ToolCode = null, string? ActionId = null)
{
    /// <summary>The code that the caller sees.</summary>
    public string VisibleCode => ToolCode ?? Code.Code;

    /// <summary>The problem document.</summary>
    public Problem ToProblem(string? actionId, string? traceId, EffectCertainty effect = EffectCertainty.None) => new(
        ToolCode is null ? Code.Type : "urn:sallyport:error:tool:" + ToolCode.Replace('_', '-'), Code.Title, Code.Status, VisibleCode, Detail, Code.Retriable,
        Code.Retriable ? Math.Max(1, (int)Math.Ceiling((RetryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds)) : null,
        WireName.Of(effect), ActionId ?? actionId, Code.Remedy, Errors, traceId);
}
