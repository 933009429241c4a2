using System.Xml;

namespace Sallyport.Policy;

/// <summary>How strongly an approval must be tied to the person who gives it, from least to most.</summary>
public enum StepUp
{
    /// <summary>A live session is enough.</summary>
    None,

    /// <summary>The person proved who they are within the last <see cref="ApprovalRequirement.FreshWithin"/>.</summary>
    Fresh,

    /// <summary>The person signed exactly this statement with their passkey.</summary>
    Passkey,
}

/// <summary>Who may decide as well, once an approval has waited for some time.</summary>
/// <param name="After">Time since people were first asked.</param>
/// <param name="AnyOf">Who then.</param>
public sealed record ApproverTier(TimeSpan After, IReadOnlyList<string> AnyOf);

/// <summary>Who must approve. Every matched rule's requirement must be met; one person counts once.</summary>
/// <param name="Rule">The rule that asks.</param>
/// <param name="Count">Distinct people.</param>
/// <param name="AnyOf"><c>group:NAME</c>, <c>user:NAME</c>, <c>oncall:NAME</c> or <c>ticket-assignee</c>.</param>
/// <param name="Exclude"><c>requester</c> (always implied) and <c>agent-owner</c>.</param>
public sealed record ApprovalRequirement(string Rule, int Count, IReadOnlyList<string> AnyOf, IReadOnlyList<string> Exclude)
{
    /// <summary>How recent a fresh sign-in is.</summary>
    public static readonly TimeSpan FreshWithin = TimeSpan.FromMinutes(5);

    /// <summary>What an approval needs besides an eligible person. A denial never needs it.</summary>
    public StepUp StepUp { get; init; }

    /// <summary>Who is asked as well while nobody decides, earliest first.</summary>
    public IReadOnlyList<ApproverTier> Then { get; init; } = [];

    /// <summary>Everyone who can come to decide, with the time from which: <c>oncall:finance after PT15M</c>. Fewer is stricter.</summary>
    public IReadOnlyList<string> Candidates => [.. AnyOf, .. Then.SelectMany(tier => tier.AnyOf.Select(who => $"{who} after {XmlConvert.ToString(tier.After)}"))];

    /// <summary>Who may not, and which answers do not count: exclusions and what is missing of a step-up. More is stricter.</summary>
    public IReadOnlyList<string> Bars =>
        [.. Exclude, .. StepUp >= StepUp.Fresh ? ["an old sign-in"] : Array.Empty<string>(), .. StepUp >= StepUp.Passkey ? ["an unsigned answer"] : Array.Empty<string>()];

    /// <summary>Who may decide after a time of waiting.</summary>
    public IEnumerable<string> Eligible(TimeSpan waited) => AnyOf.Concat(Then.Where(tier => tier.After <= waited).SelectMany(tier => tier.AnyOf)).Distinct(StringComparer.Ordinal);
}
