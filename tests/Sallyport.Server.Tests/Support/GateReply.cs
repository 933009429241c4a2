using System.Text;
using System.Text.Json;

namespace Sallyport.Server.Tests.Support;

/// <summary>An answer that arrived whole.</summary>
public sealed class GateReply(int status, byte[] bytes, IReadOnlyDictionary<string, string> headers)
{
    private JsonElement? _body;

    public int Status => status;

    public byte[] Bytes => bytes;

    public string Text => Encoding.UTF8.GetString(bytes);

    /// <summary>Headers by lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers => headers;

    public JsonElement Body => _body ??= JsonElement.Parse(bytes);

    public string? Code => Str("code");

    public string? State => Str("state");

    public string ActionId => Str("action_id") ?? throw new InvalidOperationException("No action_id in " + Text);

    public string? ApprovalId => Body.TryGetProperty("approval", out var approval) ? approval.GetProperty("id").GetString() : null;

    public bool Replayed => headers.TryGetValue("idempotency-replayed", out var replayed) && replayed == "true";

    public string? Str(string name) => Body.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The text of an answer that is not JSON, if it has this status.</summary>
    public string MustBeText(int expected)
    {
        Assert.True(status == expected, $"Expected {expected}, got {status}: {Text}");
        return Text;
    }

    /// <summary>Fails the test, showing the whole answer, unless it has this status and code or state.</summary>
    public GateReply MustBe(int expected, string? codeOrState = null)
    {
        Assert.True(status == expected && (codeOrState is null || codeOrState == (Code ?? State)), $"Expected {expected} {codeOrState}, got {status}: {Text}");
        return this;
    }
}
