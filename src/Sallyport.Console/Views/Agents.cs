using Sallyport.Contracts.Wire;

namespace Sallyport.Console.Views;

/// <summary>An agent in the list.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Halted">The halt that stops it; null when none does.</param>
/// <param name="OldestKeyAt">When its newest key was made.</param>
/// <param name="LastActionAt">When it last proposed something.</param>
public sealed record AgentLine(AgentView Agent, string? Halted, DateTimeOffset? OldestKeyAt, DateTimeOffset? LastActionAt);

/// <summary>A limit and what is used of it.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Used">How much is used, in words.</param>
/// <param name="Limit">The limit, in words.</param>
/// <param name="Share">Used of the limit, 0 to 1.</param>
public sealed record LimitUse(string Name, string Used, string Limit, double Share);

/// <summary>A task of an agent.</summary>
/// <param name="Id">Id.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Calls">Tool calls so far.</param>
/// <param name="MaxCalls">Tool calls allowed.</param>
/// <param name="Closed">Whether it takes no more calls.</param>
/// <param name="CreatedAt">When it was opened.</param>
public sealed record TaskLine(string Id, string Source, int Calls, int MaxCalls, bool Closed, DateTimeOffset CreatedAt);

/// <summary>Everything about one agent.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Halts">Halts that stop it.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="Tasks">Its newest tasks.</param>
/// <param name="Recent">Its newest actions.</param>
public sealed record AgentDetail(AgentView Agent, IReadOnlyList<ActiveHalt> Halts, IReadOnlyList<LimitUse> Limits, IReadOnlyList<TaskLine> Tasks, IReadOnlyList<ActionLine> Recent);
