using System.Text.Json.Nodes;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Connectors.Tickets;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Jira;

/// <summary>A request in a service desk per approval (Jira Service Management), commented when people answer and closed when it is decided.</summary>
/// <param name="jira">The API.</param>
/// <param name="serviceDesk">The service desk.</param>
/// <param name="requestType">The request type.</param>
/// <param name="closeTransition">Name of the transition that ends a request; null to leave that to people.</param>
public sealed class JiraRequests(JiraApi jira, string serviceDesk, string requestType, string? closeTransition) : IVendorThreads
{
    private const string Root = "/rest/servicedeskapi/request";

    /// <inheritdoc/>
    public async Task<ThreadReply> FindAsync(ApprovalNotice notice, DateTimeOffset since, CancellationToken cancellation)
    {
        var query = $"?searchTerm={Uri.EscapeDataString(notice.Approval)}&serviceDeskId={serviceDesk}&requestTypeId={requestType}&limit=50";
        var answer = await jira.Http.SendAsync(HttpMethod.Get, Root + query, null, cancellation);
        if (!answer.IsSuccess) return new ThreadReply(answer.Outcome);
        if (answer.Json?.List("values") is not { } requests) return new ThreadReply(SendOutcome.Later("the list of requests has another form"));
        // The search is by words; the title must really carry this approval's id.
        var found = requests.FirstOrDefault(request => (request.List("requestFieldValues") ?? [])
            .Any(field => field.Text("fieldId") == "summary" && field.Text("value")?.Contains($"({notice.Approval})", StringComparison.Ordinal) == true));
        return new ThreadReply(SendOutcome.Taken, found.Text("issueKey"));
    }

    /// <inheritdoc/>
    public async Task<ThreadReply> OpenAsync(ApprovalNotice notice, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["serviceDeskId"] = serviceDesk, ["requestTypeId"] = requestType,
            ["requestFieldValues"] = new JsonObject { ["summary"] = TicketText.Title(notice), ["description"] = TicketText.Body(notice, Literal) },
        };
        var answer = await jira.Http.SendAsync(HttpMethod.Post, Root, body, cancellation);
        if (!answer.IsSuccess) return new ThreadReply(answer.Outcome);
        return answer.Json?.Text("issueKey") is { } key ? new ThreadReply(SendOutcome.Taken, key) : new ThreadReply(SendOutcome.Later("the answer has no key"));
    }

    /// <inheritdoc/>
    public async Task<SendOutcome> UpdateAsync(string reference, ApprovalNotice notice, CancellationToken cancellation)
    {
        var commented = await CommentAsync(reference, notice, cancellation);
        return commented.Status != SendStatus.Taken || notice.IsOpen || closeTransition is null ? commented : await CloseAsync(reference, closeTransition, cancellation);
    }

    /// <summary>Says how things stand, once: a comment that says it already is found by its last line.</summary>
    private async Task<SendOutcome> CommentAsync(string key, ApprovalNotice notice, CancellationToken cancellation)
    {
        var mark = $"[{notice.Approval} {notice.Ending.ToLowerInvariant()} {notice.Answers.Count}]";
        var answer = await jira.Http.SendAsync(HttpMethod.Get, $"{Root}/{key}/comment?limit=100", null, cancellation);
        // Somebody deleted the request: there is nothing left to keep in step.
        if (answer.Status is 404 or 410) return SendOutcome.Taken;
        if (!answer.IsSuccess) return answer.Outcome;
        if ((answer.Json?.List("values") ?? []).Any(comment => comment.Text("body")?.Contains(mark, StringComparison.Ordinal) == true)) return SendOutcome.Taken;
        var text = Literal([$"{(notice.IsOpen ? "Still open" : notice.Ending)}. {string.Join("; ", notice.Answers.Take(20).Select(one => PlainText.Of(one, 100)))}", mark]);
        return (await jira.Http.SendAsync(HttpMethod.Post, $"{Root}/{key}/comment", new JsonObject { ["body"] = text, ["public"] = false }, cancellation)).Outcome;
    }

    private async Task<SendOutcome> CloseAsync(string key, string name, CancellationToken cancellation)
    {
        var answer = await jira.Http.SendAsync(HttpMethod.Get, $"{Root}/{key}/transition?limit=100", null, cancellation);
        if (!answer.IsSuccess) return answer.Outcome;
        if (answer.Json?.List("values") is not { } transitions) return SendOutcome.Later("the list of transitions has another form");
        var id = transitions.Where(one => one.Text("name") == name).Select(one => one.Text("id")).FirstOrDefault();
        // Not offered: it was made already, or people moved the request on their own.
        return id is null ? SendOutcome.Taken : (await jira.Http.SendAsync(HttpMethod.Post, $"{Root}/{key}/transition", new JsonObject { ["id"] = id }, cancellation)).Outcome;
    }

    /// <summary>A block that Jira shows as it is. What would end it is taken apart.</summary>
    private static string Literal(IEnumerable<string> lines) =>
        "{noformat}\n" + string.Concat(lines.Select(line => line.Replace("{noformat", "{ noformat", StringComparison.OrdinalIgnoreCase) + "\n")) + "{noformat}";
}
