using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Connectors.Tickets;
using Sallyport.Identity;

namespace Sallyport.Connectors.Jira;

/// <summary>Where Jira is and what may be read and written there.</summary>
/// <param name="Root">Root of the site.</param>
/// <param name="User">Address of the token's account (Cloud: Basic); null for a personal access token (Data Center: Bearer).</param>
/// <param name="Token">Source of the token.</param>
/// <param name="TicketProjects">Projects whose tickets may name an approver.</param>
public sealed record JiraSite(Uri Root, string? User, SecretSource Token, IReadOnlyList<string> TicketProjects);

/// <summary>An approver's answer in a request's own approval.</summary>
/// <param name="Who">The approver.</param>
/// <param name="Approve">What they said.</param>
public sealed record JiraAnswer(ExternalIdentity Who, bool Approve);

/// <summary>Jira's API, as far as approvals need it. Nothing here ever answers an approval: an answer given there counts as the calling account's.</summary>
public sealed partial class JiraApi(JiraSite site, TimeProvider time) : ITicketSystem, IDisposable
{
    /// <inheritdoc/>
    public string Name => "jira";

    internal VendorHttp Http { get; } = new(site.Root, async (request, cancellation) =>
    {
        var token = await site.Token.ReadAsync(cancellation);
        request.Headers.Authorization = site.User is null
            ? new AuthenticationHeaderValue("Bearer", token) : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{site.User}:{token}")));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
    }, time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExternalIdentity>> AssigneesAsync(string key, CancellationToken cancellation)
    {
        if (!MayName(key)) throw new DirectoryUnavailableException("The ticket is of no project that may name approvers (integrations.jira.ticket_projects).");
        var answer = await Http.SendAsync(HttpMethod.Get, $"/rest/api/2/issue/{key}?fields=assignee", null, cancellation);
        if (!answer.IsSuccess || answer.Json is not { } json || json.Object("fields")?.Member("assignee") is not { } assignee)
            throw new DirectoryUnavailableException($"Jira did not say whom the ticket is assigned to ({answer.Reason}).");
        // A ticket that was moved answers under its old key too, but belongs to the people of its new project.
        if (json.Text("key") is not { } now || !MayName(now)) throw new DirectoryUnavailableException("The ticket was moved to a project that may not name approvers.");
        return Identity(assignee) is { } person && assignee.Member("active") is not { ValueKind: JsonValueKind.False } ? [person] : [];
    }

    /// <summary>What approvers have answered in a request's own approvals; null when it could not be read.</summary>
    public async Task<IReadOnlyList<JiraAnswer>?> AnswersAsync(string key, CancellationToken cancellation)
    {
        var answer = await Http.SendAsync(HttpMethod.Get, $"/rest/servicedeskapi/request/{key}/approval?limit=50", null, cancellation);
        if (!answer.IsSuccess || answer.Json is not { } json || json.List("values") is not { } approvals) return null;
        var answers = new List<JiraAnswer>();
        foreach (var one in approvals.SelectMany(approval => approval.List("approvers") ?? []))
        {
            if (one.Text("approverDecision") is ("approved" or "declined") and var said && one.Object("approver") is { } approver && Identity(approver) is { } who)
                answers.Add(new JiraAnswer(who, said == "approved"));
        }

        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();

    /// <summary>Cloud names accounts by <c>accountId</c>, Data Center by <c>key</c>; neither changes.</summary>
    private static ExternalIdentity? Identity(JsonElement person) =>
        (person.Text("accountId") ?? person.Text("key")) is { Length: > 0 } id ? new ExternalIdentity("jira", id, person.Text("emailAddress")) : null;

    private bool MayName(string key) => Key().Match(key) is { Success: true } match && site.TicketProjects.Contains(match.Groups["project"].Value, StringComparer.Ordinal);

    [GeneratedRegex("^(?<project>[A-Z][A-Z0-9_]{0,39})-[0-9]{1,18}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
