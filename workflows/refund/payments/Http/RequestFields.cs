using System.Text.Json;

namespace Sallyport.Samples.Payments.Http;

/// <summary>
/// The fields of a JSON request body, read strictly: unknown or doubled fields are refused, because a typo in a money request must
/// not be ignored. The first fault is kept in <see cref="Refusal"/>; after it the values are placeholders.
/// </summary>
internal sealed class RequestFields
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly JsonElement _root;
    private readonly string _prefix;

    private RequestFields(JsonElement root, string prefix, Answer? refusal)
    {
        _root = root;
        _prefix = prefix;
        Refusal = refusal;
    }

    /// <summary>The answer to give when the body is not acceptable; null while all is well.</summary>
    public Answer? Refusal { get; private set; }

    /// <summary>Reads the body; an empty one counts as <c>{}</c>, so that the missing fields are named.</summary>
    public static async Task<RequestFields> ReadAsync(HttpContext context, params string[] allowed)
    {
        using var buffer = new MemoryStream();

        // Not RequestAborted: a request that arrived whole is carried out even when the caller has hung up since.
        await context.Request.Body.CopyToAsync(buffer, CancellationToken.None);
        if (buffer.Length == 0)
            return new RequestFields(JsonElement.Parse("{}"), "", null);
        if (!context.Request.HasJsonContentType())
            return Refused(ProblemKind.UnsupportedMediaType.Because("Send Content-Type: application/json."));
        try
        {
            using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Of(document.RootElement.Clone(), "", allowed)
                : Refused(ProblemKind.InvalidJson.Because("The body must be one JSON object."));
        }
        catch (JsonException malformed)
        {
            return Refused(ProblemKind.InvalidJson.Because(malformed.Message));
        }
    }

    /// <summary>A required string.</summary>
    public string Text(string name, int maxLength) => OptionalText(name, maxLength) ?? Fail(name, "is required", "");

    /// <summary>A string that may be absent or null.</summary>
    public string? OptionalText(string name, int maxLength)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Fail(name, "must be a string", "");
        var text = value.GetString()!;
        return text.Length > 0 && text.Length <= maxLength ? text : Fail(name, $"must have 1 to {maxLength} characters", "");
    }

    /// <summary>A required whole number between <paramref name="min"/> and <paramref name="max"/>.</summary>
    public long Integer(string name, long min, long max) => OptionalInteger(name, min, max) ?? Fail(name, "is required", min);

    /// <summary>A whole number that may be absent or null.</summary>
    public long? OptionalInteger(string name, long min, long max)
    {
        if (!TryGet(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max
            ? number
            : Fail(name, $"must be a whole number from {min} to {max}", min);
    }

    /// <summary>An object that may be absent or null; its faults become this body's faults by <see cref="TakeFaultOf"/>.</summary>
    public RequestFields? OptionalObject(string name, params string[] allowed)
    {
        if (!TryGet(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? Of(value, _prefix + name + ".", allowed)
            : Fail<RequestFields?>(name, "must be an object", null);
    }

    /// <summary>Takes over the fault of an inner object.</summary>
    public void TakeFaultOf(RequestFields? inner) => Refusal ??= inner?.Refusal;

    /// <summary>Refuses a field for a reason of the caller's.</summary>
    public T Fail<T>(string name, string reason, T placeholder)
    {
        Refusal ??= Invalid(_prefix + name, reason);
        return placeholder;
    }

    private static RequestFields Of(JsonElement root, string prefix, string[] allowed)
    {
        var unknown = root.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !allowed.Contains(name));
        return new RequestFields(root, prefix, unknown is null ? null : Invalid(prefix + unknown, "is not a field of this request"));
    }

    private static RequestFields Refused(Answer refusal) => new(JsonElement.Parse("{}"), "", refusal);

    private static Answer Invalid(string field, string reason) =>
        ProblemKind.InvalidRequest.Because($"{field} {reason}.", ("field", field));

    private bool TryGet(string name, out JsonElement value) =>
        _root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
