namespace Sallyport.Contracts.Wire;

/// <summary>A person's account in another system: <c>POST /v1/people/{username}/links</c>.</summary>
/// <param name="System"><c>slack</c>, <c>pagerduty</c>, <c>jira</c> or <c>github</c>.</param>
/// <param name="Account">Its id there, which nobody can choose or change: <c>U…</c>, <c>P…</c>, an account id, a number.</param>
public sealed record LinkCall(string System, string Account);

/// <summary>A link that was made or ended.</summary>
/// <param name="Username">The person.</param>
/// <param name="System">The system.</param>
/// <param name="Account">The account.</param>
/// <param name="Linked">Whether it holds now.</param>
public sealed record LinkView(string Username, string System, string Account, bool Linked);
