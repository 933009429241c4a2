using Sallyport.Contracts.Wire;

namespace Sallyport.Console;

/// <summary>Who looks at a page.</summary>
/// <param name="Username">User name.</param>
/// <param name="IsOperator">Whether they may halt and resume.</param>
/// <param name="FormToken">Proves that a form was served to this session.</param>
public sealed record Visitor(string Username, bool IsOperator, string FormToken);

/// <summary>A proposal in the inbox.</summary>
/// <param name="Approval">The proposal.</param>
/// <param name="Mine">Whether the visitor may decide it.</param>
public sealed record InboxItem(ApprovalView Approval, bool Mine);

/// <summary>A halt in force.</summary>
/// <param name="Id">Id.</param>
/// <param name="Scope">What is stopped.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record ActiveHalt(string Id, string Scope, string Reason, string By, DateTimeOffset At);
