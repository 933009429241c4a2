using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Jira's issue and service desk API, with what it verifies. It has no way to answer an approval but its own people's.</summary>
internal sealed class JiraStub : VendorStub
{
    public const string User = "gate@example.com";
    public const string Token = "jira-token";
    private int _count;

    /// <summary>A request in the service desk.</summary>
    internal sealed class Request
    {
        public required string Summary { get; init; }

        public required string Description { get; init; }

        public List<string> Comments { get; } = [];

        public string Status { get; set; } = "Open";

        public List<(string Account, string Decision)> Approvers { get; } = [];
    }

    public ConcurrentDictionary<string, Request> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>Issues: key to the answer's body.</summary>
    public ConcurrentDictionary<string, object> Issues { get; } = new(StringComparer.Ordinal);

    protected override VendorReply Take(VendorRequest request)
    {
        if (request.Header("authorization") != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Token}"))) return Refuse(401, "credentials");
        if (request.Method == "POST" && !request.Header("content-type").StartsWith("application/json", StringComparison.Ordinal)) return Refuse(415, "content type");
        if (request.Path.StartsWith("/rest/api/2/issue/", StringComparison.Ordinal)) return Issues.TryGetValue(request.Path.Split('/')[^1], out var issue) ? new VendorReply(200, issue) : new VendorReply(404);
        if (request.Path == "/rest/servicedeskapi/request") return request.Method == "POST" ? Create(request.Json) : Search(QueryHelpers.ParseQuery(request.Query));
        var match = Regex.Match(request.Path, "^/rest/servicedeskapi/request/([A-Z]+-[0-9]+)/(comment|transition|approval)$");
        return match.Success && Made.TryGetValue(match.Groups[1].Value, out var found) ? Detail(request, found, match.Groups[2].Value) : Refuse(404, request.Path);
    }

    private VendorReply Create(JsonElement json)
    {
        var fields = json.GetProperty("requestFieldValues");
        if (json.GetProperty("serviceDeskId").GetString() != "7" || json.GetProperty("requestTypeId").GetString() != "12") return Refuse(400, "service desk");
        if (fields.GetProperty("summary").GetString() is not { Length: > 0 and <= 255 } summary || summary.Contains('\n') || fields.GetProperty("description").GetString() is not { Length: > 0 and <= 32_767 } description) return Refuse(400, "fields");
        var key = $"APR-{Interlocked.Increment(ref _count)}";
        Made[key] = new Request { Summary = summary, Description = description };
        return new VendorReply(201, new { issueId = "1", issueKey = key });
    }

    private VendorReply Search(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query) => new(200, new
    {
        values = Made.Where(made => made.Value.Summary.Contains(query["searchTerm"].ToString(), StringComparison.Ordinal))
            .Select(made => new { issueKey = made.Key, requestFieldValues = new[] { new { fieldId = "summary", value = made.Value.Summary } } }),
    });

    private VendorReply Detail(VendorRequest request, Request found, string what)
    {
        switch (request.Method, what)
        {
            case ("GET", "comment"): return new VendorReply(200, new { values = found.Comments.Select(body => new { body }) });
            case ("POST", "comment"):
                if (request.Json.GetProperty("public").GetBoolean()) return Refuse(400, "customers would see it");
                found.Comments.Add(request.Json.GetProperty("body").GetString()!);
                return new VendorReply(201, new { id = "1" });
            case ("GET", "transition"): return new VendorReply(200, new { values = found.Status == "Open" ? new[] { new { id = "31", name = "Close" } } : [] });
            case ("POST", "transition"):
                if (found.Status != "Open" || request.Json.GetProperty("id").GetString() != "31") return Refuse(400, "transition");
                found.Status = "Closed";
                return new VendorReply(204);
            case ("GET", "approval"):
                return new VendorReply(200, new
                {
                    values = new[] { new { id = "1", finalDecision = "pending", canAnswerApproval = true, approvers = found.Approvers.Select(one => new { approver = new { accountId = one.Account }, approverDecision = one.Decision }) } },
                });
            default: return Refuse(405, $"{request.Method} {what}");
        }
    }
}

/// <summary>GitHub's issues API, with what it verifies.</summary>
internal sealed class GitHubStub : VendorStub
{
    public const string Token = "ghp_test";
    private int _count;

    /// <summary>An issue.</summary>
    internal sealed record Issue(string Title, string Body, string State, string? Reason);

    public ConcurrentDictionary<string, Issue> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>Other issues: path to the answer's body.</summary>
    public ConcurrentDictionary<string, object> Issues { get; } = new(StringComparer.Ordinal);

    protected override VendorReply Take(VendorRequest request)
    {
        if (request.Header("authorization") != "Bearer " + Token) return Refuse(401, "credentials");
        if (request.Header("user-agent").Length == 0 || request.Header("accept") != "application/vnd.github+json") return Refuse(403, "user agent or accept");
        if (Issues.TryGetValue(request.Path, out var known)) return new VendorReply(200, known);
        if (request.Path == "/repos/acme/approvals/issues") return request.Method == "POST" ? Create(request.Json) : List();
        var number = request.Path.Split('/')[^1];
        if (request.Method != "PATCH" || !Made.TryGetValue(number, out var issue)) return new VendorReply(404);
        var state = request.Json.TryGetProperty("state", out var given) ? given.GetString()! : issue.State;
        var reason = request.Json.TryGetProperty("state_reason", out var why) ? why.GetString() : issue.Reason;
        if (reason is not (null or "completed" or "not_planned")) return Refuse(422, "state_reason");
        Made[number] = issue with { Body = request.Json.GetProperty("body").GetString()!, State = state, Reason = reason };
        return new VendorReply(200, new { number = 1 });
    }

    private VendorReply Create(JsonElement json)
    {
        if (json.GetProperty("title").GetString() is not { Length: > 0 and <= 256 } title || json.GetProperty("body").GetString() is not { Length: <= 65_536 } body) return Refuse(422, "title or body");
        var number = Interlocked.Increment(ref _count);
        Made[number.ToString(CultureInfo.InvariantCulture)] = new Issue(title, body, "open", null);
        return new VendorReply(201, new { number });
    }

    private VendorReply List() => new(200, Made.Select(made => new { number = int.Parse(made.Key, CultureInfo.InvariantCulture), title = made.Value.Title }).ToArray());
}
