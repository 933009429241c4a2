using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sallyport.Connectors.Http;
using Sallyport.Connectors.Slack;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Server.Http;

namespace Sallyport.Server.Integrations;

/// <summary>A button that somebody in Slack pressed, as Slack vouches for it.</summary>
/// <param name="UserId">Who, as Slack names them.</param>
/// <param name="Action">Which button.</param>
/// <param name="Approval">The approval.</param>
/// <param name="Digest">Digest of the statement that the message showed.</param>
/// <param name="ResponseUrl">Where Slack takes an answer for this person.</param>
internal sealed record SlackPress(string UserId, string Action, string Approval, string Digest, string ResponseUrl);

/// <summary>
/// Where Slack reports pressed buttons. It answers at once, as Slack allows three seconds; <see cref="SlackAnswers"/> does the work. A full queue
/// is refused, which Slack shows to whoever pressed.
/// </summary>
internal sealed class SlackEndpoint(SecretSource signingSecret, string workspace, SignedRequests requests, SlackAnswers answers, TimeProvider time)
{
    internal async Task HandleAsync(HttpContext http)
    {
        var signature = http.Request.Headers["X-Slack-Signature"].ToString();
        var body = await requests.ReadAsync(http, "slack", async bytes => SlackSignature.Verify(
            await signingSecret.ReadAsync(http.RequestAborted), http.Request.Headers["X-Slack-Request-Timestamp"], signature, bytes, time.GetUtcNow()), _ => signature);
        if (body is null) return;
        if (Parse(body, workspace) is not { } press)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "This is no button of an approval of the configured workspace.");
            return;
        }

        if (press.Action == SlackButtons.Open || answers.TryAdd(press)) http.Response.StatusCode = 200;
        else await Answers.ProblemAsync(http, ErrorCatalogue.Overloaded, "Too many answers wait.", retryAfter: TimeSpan.FromSeconds(5));
    }

    /// <summary>The press in a form's <c>payload</c>; null when it is anything else.</summary>
    internal static SlackPress? Parse(byte[] body, string workspace)
    {
        try
        {
            var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
            if (!form.TryGetValue("payload", out var values) || values is not [{ } text]) return null;
            var payload = CanonicalJson.Parse(Encoding.UTF8.GetBytes(text));
            if (Text(payload, "type") != "block_actions" || Text(payload, "team", "id") != workspace) return null;
            if (!payload.TryGetProperty("actions", out var actions) || actions.ValueKind != JsonValueKind.Array || actions.GetArrayLength() != 1) return null;
            var (action, value) = (Text(actions[0], "action_id"), Text(actions[0], "value"));
            if (action is not (SlackButtons.Approve or SlackButtons.Deny or SlackButtons.Open) || SlackButtons.Read(value) is not { } meant) return null;
            return Text(payload, "user", "id") is { Length: > 0 and <= 64 } user && Text(payload, "response_url") is { Length: > 0 and <= 500 } url
                ? new SlackPress(user, action, meant.Approval, meant.Digest, url) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return null;
        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }
}
