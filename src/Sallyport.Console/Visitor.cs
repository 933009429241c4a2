namespace Sallyport.Console;

/// <summary>Who looks at a page.</summary>
/// <param name="Username">User name.</param>
/// <param name="IsOperator">Whether they may halt and resume.</param>
/// <param name="FormToken">Proves that a form was served to this session.</param>
public sealed record Visitor(string Username, bool IsOperator, string FormToken)
{
    /// <summary>How many proposals wait for them; shown beside the inbox.</summary>
    public int Waiting { get; init; }

    /// <summary>Whether anything is halted: every page says so.</summary>
    public bool IsHalted { get; init; }
}
