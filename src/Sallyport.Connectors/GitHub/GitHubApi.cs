using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sallyport.Approvals;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Connectors.Tickets;
using Sallyport.Identity;
using Sallyport.Outbox;

namespace Sallyport.Connectors.GitHub;

/// <summary>Where GitHub is and what may be read and written there.</summary>
/// <param name="Api">Root of the REST API.</param>
/// <param name="Token">Source of the token.</param>
/// <param name="TicketRepositories">Repositories whose issues may name an approver.</param>
/// <param name="Repository">Repository in which issues are made; null for none.</param>
public sealed record GitHubSite(Uri Api, SecretSource Token, IReadOnlyList<string> TicketRepositories, string? Repository);

/// <summary>GitHub's issues, as far as approvals need them.</summary>
public sealed partial class GitHubApi(GitHubSite site, TimeProvider time) : ITicketSystem, IVendorThreads, IDisposable
{
    private const string Label = "sallyport";

    private readonly VendorHttp _http = new(site.Api, async (request, cancellation) =>
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await site.Token.ReadAsync(cancellation));
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.github+json");
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", "2022-11-28");
    }, time);

    /// <inheritdoc/>
    public string Name => "github";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExternalIdentity>> AssigneesAsync(string key, CancellationToken cancellation)
    {
        if (Issue().Match(key) is not { Success: true } match || !site.TicketRepositories.Contains(match.Groups["repository"].Value, StringComparer.OrdinalIgnoreCase))
            throw new DirectoryUnavailableException("The issue is of no repository that may name approvers (integrations.git_hub.ticket_repositories).");
        var answer = await _http.SendAsync(HttpMethod.Get, $"/repos/{match.Groups["repository"].Value}/issues/{match.Groups["number"].Value}", null, cancellation);
        if (!answer.IsSuccess || answer.Json is not { } json || json.List("assignees") is not { } assignees)
            throw new DirectoryUnavailableException($"GitHub did not say whom the issue is assigned to ({answer.Reason}).");
        // The number never changes hands; a login can be given up and taken by somebody else.
        return [.. assignees.Where(one => one.Text("type") == "User").Select(one => Number(one, "id")).OfType<string>().Select(id => new ExternalIdentity("github", id, null))];
    }

    /// <inheritdoc/>
    public async Task<ThreadReply> FindAsync(ApprovalNotice notice, DateTimeOffset since, CancellationToken cancellation)
    {
        var from = Uri.EscapeDataString(since.AddMinutes(-1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var query = $"?state=all&labels={Label}&since={from}&sort=created&direction=desc&per_page=100";
        var answer = await _http.SendAsync(HttpMethod.Get, $"/repos/{site.Repository}/issues{query}", null, cancellation);
        if (!answer.IsSuccess) return new ThreadReply(answer.Outcome);
        if (answer.JsonList is not { } issues) return new ThreadReply(SendOutcome.Later("the list of issues has another form"));
        var own = issues.FirstOrDefault(issue => issue.Text("title")?.Contains($"({notice.Approval})", StringComparison.Ordinal) == true);
        return new ThreadReply(SendOutcome.Taken, Number(own, "number"));
    }

    /// <inheritdoc/>
    public async Task<ThreadReply> OpenAsync(ApprovalNotice notice, CancellationToken cancellation)
    {
        var body = new JsonObject { ["title"] = TicketText.Title(notice), ["body"] = TicketText.Body(notice, Literal), ["labels"] = new JsonArray(Label) };
        var answer = await _http.SendAsync(HttpMethod.Post, $"/repos/{site.Repository}/issues", body, cancellation);
        if (!answer.IsSuccess) return new ThreadReply(answer.Outcome);
        return answer.Json is { } json && Number(json, "number") is { } number ? new ThreadReply(SendOutcome.Taken, number) : new ThreadReply(SendOutcome.Later("the answer has no number"));
    }

    /// <inheritdoc/>
    public async Task<SendOutcome> UpdateAsync(string reference, ApprovalNotice notice, CancellationToken cancellation)
    {
        var body = new JsonObject { ["body"] = TicketText.Body(notice, Literal) };
        if (!notice.IsOpen)
        {
            body["state"] = "closed";
            body["state_reason"] = notice.Ending == "Approved" ? "completed" : "not_planned";
        }

        var answer = await _http.SendAsync(HttpMethod.Patch, $"/repos/{site.Repository}/issues/{reference}", body, cancellation);
        // Somebody deleted the issue: there is nothing left to keep in step.
        return answer.Status is 404 or 410 ? SendOutcome.Taken : answer.Outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A fenced block. Lines are indented further than a closing fence may be, so that nothing in them can end it.</summary>
    private static string Literal(IEnumerable<string> lines) => "```text\n" + string.Concat(lines.Select(line => $"    {line}\n")) + "```";

    private static string? Number(JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value.ToString(CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^(?<repository>[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100})#(?<number>[0-9]{1,18})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Issue();
}
