using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Identity;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Slack;

/// <summary>Where Slack is and what may be said to it.</summary>
/// <param name="Api">Root of the Web API.</param>
/// <param name="ResponseOrigin">Origin of response addresses; nothing is posted elsewhere.</param>
/// <param name="Token">Source of the bot's token.</param>
/// <param name="Workspace">The workspace.</param>
/// <param name="Channel">The conversation that is asked.</param>
public sealed record SlackSite(Uri Api, Uri ResponseOrigin, SecretSource Token, string Workspace, string Channel);

/// <summary>Slack's Web API, as far as approvals need it.</summary>
public sealed class SlackApi(SlackSite site, TimeProvider time) : IVendorThreads, IDisposable
{
    private const string EventType = "sallyport_approval";

    private readonly VendorHttp _http = new(site.Api, async (request, cancellation) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await site.Token.ReadAsync(cancellation)), time);

    /// <summary>Response addresses carry their own secret; the token is not sent there.</summary>
    private readonly VendorHttp _responses = new(site.ResponseOrigin, null, time);

    /// <inheritdoc/>
    public async Task<ThreadReply> FindAsync(ApprovalNotice notice, DateTimeOffset since, CancellationToken cancellation)
    {
        var oldest = since.AddMinutes(-1).ToUnixTimeSeconds();
        var (outcome, answer) = await CallAsync(HttpMethod.Get, $"/conversations.history?channel={site.Channel}&oldest={oldest}&include_all_metadata=true&limit=200", null, cancellation);
        if (answer is not { } json) return new ThreadReply(outcome);
        if (json.List("messages") is not { } messages) return new ThreadReply(SendOutcome.Later("the history has no messages"));
        var own = messages.FirstOrDefault(message => message.Object("metadata") is { } metadata && metadata.Text("event_type") == EventType
            && metadata.Object("event_payload")?.Text("approval") == notice.Approval);
        return new ThreadReply(SendOutcome.Taken, own.Text("ts"));
    }

    /// <inheritdoc/>
    public async Task<ThreadReply> OpenAsync(ApprovalNotice notice, CancellationToken cancellation)
    {
        var message = Message(notice);
        message["metadata"] = new JsonObject { ["event_type"] = EventType, ["event_payload"] = new JsonObject { ["approval"] = notice.Approval } };
        var (outcome, answer) = await CallAsync(HttpMethod.Post, "/chat.postMessage", message, cancellation);
        return answer?.Text("ts") is { } ts ? new ThreadReply(outcome, ts) : new ThreadReply(answer is null ? outcome : SendOutcome.Later("the answer has no ts"));
    }

    /// <inheritdoc/>
    public async Task<SendOutcome> UpdateAsync(string reference, ApprovalNotice notice, CancellationToken cancellation)
    {
        var message = Message(notice);
        message["ts"] = reference;
        var (outcome, _) = await CallAsync(HttpMethod.Post, "/chat.update", message, cancellation);
        // Somebody removed the message: there is nothing left to keep in step.
        return outcome.Reason is "slack: message_not_found" ? SendOutcome.Taken : outcome;
    }

    /// <summary>The address that the workspace holds for a full member; null for guests, bots, leavers and members of other workspaces.</summary>
    /// <returns>The identity, with an address only where it can be trusted; null when Slack could not be asked.</returns>
    public async Task<ExternalIdentity?> UserAsync(string userId, CancellationToken cancellation)
    {
        var (_, answer) = await CallAsync(HttpMethod.Get, $"/users.info?user={Uri.EscapeDataString(userId)}", null, cancellation);
        if (answer?.Object("user") is not { } user || user.Text("id") != userId) return null;
        string[] unfit = ["deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"];
        var isMember = user.Text("team_id") == site.Workspace && !unfit.Any(name => user.IsTrue(name)) && (user.Member("is_email_confirmed") is null || user.IsTrue("is_email_confirmed"));
        return new ExternalIdentity("slack", userId, isMember ? user.Object("profile")?.Text("email") : null);
    }

    /// <summary>Tells one person something that only they see. False when the address is not Slack's: then nothing was sent.</summary>
    public async Task<bool> RespondAsync(string responseUrl, string text, CancellationToken cancellation)
    {
        var origin = site.ResponseOrigin.GetLeftPart(UriPartial.Authority);
        if (!Uri.TryCreate(responseUrl, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin || uri.UserInfo.Length > 0) return false;
        var body = new JsonObject { ["response_type"] = "ephemeral", ["replace_original"] = false, ["text"] = text };
        var answer = await _responses.SendAsync(HttpMethod.Post, uri.PathAndQuery, body, cancellation);
        return answer.IsSuccess;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _responses.Dispose();
    }

    private JsonObject Message(ApprovalNotice notice) => new()
    {
        ["channel"] = site.Channel, ["text"] = SlackText.Line(notice.Headline, 200), ["blocks"] = SlackMessage.Blocks(notice),
        ["unfurl_links"] = false, ["unfurl_media"] = false,
    };

    /// <summary>Slack answers 200 with <c>ok: false</c> to what it refuses; some of its errors pass by themselves.</summary>
    private async Task<(SendOutcome Outcome, JsonElement? Answer)> CallAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        var answer = await _http.SendAsync(method, path, body, cancellation);
        if (!answer.IsSuccess) return (answer.Outcome, null);
        if (answer.Json is not { } json) return (SendOutcome.Later("the answer is not JSON"), null);
        if (json.IsTrue("ok")) return (SendOutcome.Taken, json);
        var error = PlainText.Of(json.Text("error") ?? "unknown", 60);
        string[] mayPass =
        [
            "ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
            "invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_in_channel", "missing_scope",
        ];
        return (mayPass.Contains(error) ? SendOutcome.Later("slack: " + error, answer.RetryAfter) : SendOutcome.Refused("slack: " + error), null);
    }
}
