using Sallyport.Contracts.Wire;

namespace Sallyport.Console.Views;

/// <summary>The visitor's own account.</summary>
/// <param name="UserId">Opaque id; the one in audit entries.</param>
/// <param name="Username">User name.</param>
/// <param name="DisplayName">Full name.</param>
/// <param name="Email">Address.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Provider">How they signed in.</param>
/// <param name="SignedInAt">When.</param>
public sealed record AccountDetail(
    string UserId, string Username, string DisplayName, string? Email, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, string? Provider, DateTimeOffset? SignedInAt)
{
    /// <summary>Everywhere that the visitor is signed in.</summary>
    public IReadOnlyList<SessionListView> Sessions { get; init; } = [];

    /// <summary>Id of the session that looks at the page.</summary>
    public string? SessionId { get; init; }
}
