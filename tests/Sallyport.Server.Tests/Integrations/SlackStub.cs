using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Slack's Web API as far as approvals use it: checks the token, the required fields and the limits of Block Kit, and answers like Slack.</summary>
internal sealed class SlackStub : VendorStub
{
    public const string Token = "xoxb-test-token";
    public const string SigningSecret = "8f742231b10e8888abcd99yyyzzz85a5";
    public const string Workspace = "T0001";
    public const string Channel = "C0001";

    private int _count;

    /// <summary>Messages in the conversation by their ts.</summary>
    public ConcurrentDictionary<string, JsonElement> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>What people were told for their eyes only.</summary>
    public ConcurrentQueue<string> Whispers { get; } = new();

    /// <summary>Members of the workspace: id to the user object.</summary>
    public ConcurrentDictionary<string, object> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Waits for the message about an approval and returns its ts.</summary>
    public async Task<string> MessageAsync(string approval)
    {
        await TestGate.UntilAsync(() => Task.FromResult(Find(approval) is not null));
        return Find(approval)!;
    }

    /// <summary>The value of a button of a message.</summary>
    public string? Button(string ts, string action) => Messages[ts].GetProperty("blocks").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "actions")
        .SelectMany(block => block.GetProperty("elements").EnumerateArray()).Where(button => button.GetProperty("action_id").GetString() == action).Select(button => button.GetProperty("value").GetString()).FirstOrDefault();

    /// <summary>Reports a pressed button to the gate, signed as Slack signs.</summary>
    public Task<GateReply> PressAsync(TestGate gate, string user, string action, string value, string workspace = Workspace, DateTimeOffset? at = null, string? responseUrl = null) =>
        SendAsync(gate, Form(user, action, value, workspace, responseUrl ?? $"{Url}/responses/{Interlocked.Increment(ref _count)}"), at ?? TimeProvider.System.GetUtcNow());

    /// <summary>The body of a report.</summary>
    public static byte[] Form(string user, string action, string value, string workspace, string responseUrl) => Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString(JsonSerializer.Serialize(new
    {
        type = "block_actions", team = new { id = workspace }, user = new { id = user, username = "whoever" }, api_app_id = "A1", trigger_id = "1.2", response_url = responseUrl,
        container = new { type = "message" }, actions = new[] { new { action_id = action, block_id = "sallyport", value, type = "button", action_ts = "1.2" } },
    })));

    /// <summary>Sends a body, signed.</summary>
    public static Task<GateReply> SendAsync(TestGate gate, byte[] body, DateTimeOffset at, string? bearer = null, string secret = SigningSecret)
    {
        var stamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"v0:{stamp}:"), .. body];
        return SendRawAsync(gate, body, stamp, "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)), bearer);
    }

    /// <summary>Sends a body with whatever signature.</summary>
    public static Task<GateReply> SendRawAsync(TestGate gate, byte[] body, string? stamp, string? signature, string? bearer = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        (string, string)[] headers = [.. stamp is null ? [] : new[] { ("X-Slack-Request-Timestamp", stamp) }, .. signature is null ? [] : new[] { ("X-Slack-Signature", signature) }];
        return gate.SendAsync(HttpMethod.Post, "/integrations/slack/interactions", content, bearer, headers);
    }

    protected override VendorReply Take(VendorRequest request)
    {
        if (request.Path.StartsWith("/responses/", StringComparison.Ordinal)) return Whisper(request);
        if (request.Header("authorization") != "Bearer " + Token) return No("invalid_auth");
        return (request.Method, request.Path) switch
        {
            ("POST", "/api/chat.postMessage") => Post(request.Json),
            ("POST", "/api/chat.update") => Update(request.Json),
            ("GET", "/api/conversations.history") => History(request.Query),
            ("GET", "/api/users.info") => User(request.Query),
            _ => Refuse(404, "unknown_method " + request.Path),
        };
    }

    private VendorReply Whisper(VendorRequest request)
    {
        if (request.Header("authorization").Length > 0) return Refuse(400, "a token was sent to a response address");
        if (request.Json.GetProperty("response_type").GetString() != "ephemeral" || request.Json.GetProperty("replace_original").GetBoolean()) return Refuse(400, "not ephemeral");
        Whispers.Enqueue(request.Json.GetProperty("text").GetString()!);
        return new VendorReply(200, new { ok = true });
    }

    private VendorReply Post(JsonElement message)
    {
        if (Fault(message) is { } fault) return No(fault);
        var ts = $"1700000000.{Interlocked.Increment(ref _count):D6}";
        Messages[ts] = message;
        return new VendorReply(200, new { ok = true, channel = Channel, ts });
    }

    private VendorReply Update(JsonElement message)
    {
        if (Fault(message) is { } fault) return No(fault);
        var ts = message.GetProperty("ts").GetString()!;
        if (!Messages.ContainsKey(ts)) return No("message_not_found");
        Messages[ts] = message;
        return new VendorReply(200, new { ok = true, channel = Channel, ts });
    }

    private VendorReply History(string query)
    {
        if (!query.Contains("channel=" + Channel, StringComparison.Ordinal) || !query.Contains("include_all_metadata=true", StringComparison.Ordinal)) return No("channel_not_found");
        var messages = Messages.Select(message => new { ts = message.Key, metadata = message.Value.TryGetProperty("metadata", out var metadata) ? metadata : (JsonElement?)null });
        return new VendorReply(200, new { ok = true, messages });
    }

    private VendorReply User(string query) =>
        Users.TryGetValue(query[(query.IndexOf('=') + 1)..], out var user) ? new VendorReply(200, new { ok = true, user }) : No("user_not_found");

    /// <summary>What Block Kit refuses; it answers such things with 200 and "ok": false.</summary>
    private static string? Fault(JsonElement message)
    {
        if (message.GetProperty("channel").GetString() != Channel) return "channel_not_found";
        if (message.GetProperty("text").GetString() is not { Length: > 0 and <= 4_000 }) return "no_text";
        var blocks = message.GetProperty("blocks").EnumerateArray().ToList();
        return blocks.Count is 0 or > 50 ? "invalid_blocks" : blocks.Select(BlockFault).OfType<string>().FirstOrDefault();
    }

    private static string? BlockFault(JsonElement block)
    {
        switch (block.GetProperty("type").GetString())
        {
            case "header": return TextFault(block.GetProperty("text"), "plain_text", 150);
            case "section" when block.TryGetProperty("fields", out var fields):
                return fields.GetArrayLength() > 10 ? "invalid_blocks" : fields.EnumerateArray().Select(field => TextFault(field, "mrkdwn", 2_000)).OfType<string>().FirstOrDefault();
            case "section": return TextFault(block.GetProperty("text"), "mrkdwn", 3_000);
            case "context": return block.GetProperty("elements").EnumerateArray().Select(element => TextFault(element, "mrkdwn", 2_000)).OfType<string>().FirstOrDefault();
            case "rich_text":
                string[] kinds = ["rich_text_preformatted", "rich_text_quote"];
                return block.GetProperty("elements").EnumerateArray().All(element => kinds.Contains(element.GetProperty("type").GetString())
                    && element.GetProperty("elements").EnumerateArray().All(text => text.GetProperty("type").GetString() == "text" && text.GetProperty("text").GetString() is { Length: > 0 })) ? null : "invalid_blocks";
            case "actions": return ActionsFault([.. block.GetProperty("elements").EnumerateArray()]);
            default: return "invalid_blocks";
        }
    }

    private static string? ActionsFault(IReadOnlyList<JsonElement> buttons)
    {
        if (buttons.Count is 0 or > 25 || buttons.Select(button => button.GetProperty("action_id").GetString()).Distinct().Count() != buttons.Count) return "invalid_blocks";
        foreach (var button in buttons)
        {
            if (TextFault(button.GetProperty("text"), "plain_text", 75) is { } fault) return fault;
            if (button.GetProperty("value").GetString() is not { Length: > 0 and <= 2_000 } || (button.TryGetProperty("url", out var url) && url.GetString()!.Length > 3_000)) return "invalid_blocks";
            if (button.TryGetProperty("confirm", out var confirm)
                && (TextFault(confirm.GetProperty("title"), "plain_text", 100) ?? TextFault(confirm.GetProperty("text"), "plain_text", 300) ?? TextFault(confirm.GetProperty("confirm"), "plain_text", 30) ?? TextFault(confirm.GetProperty("deny"), "plain_text", 30)) is { } odd) return odd;
        }

        return null;
    }

    private static string? TextFault(JsonElement text, string type, int most) =>
        text.GetProperty("type").GetString() == type && text.GetProperty("text").GetString() is { Length: > 0 } value && value.Length <= most ? null : "invalid_blocks";

    private VendorReply No(string error)
    {
        Refusals.Enqueue(error);
        return new VendorReply(200, new { ok = false, error });
    }

    private string? Find(string approval) => Messages.FirstOrDefault(message => message.Value.GetRawText().Contains(approval, StringComparison.Ordinal)).Key;
}
