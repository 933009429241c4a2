namespace Sallyport.Samples.Payments.Http;

/// <summary>One kind of refusal: a stable code, its status and its title. Codes are never reused for another meaning.</summary>
/// <param name="Code">Stable snake_case code that clients branch on.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Short summary, the same for every occurrence (RFC 9457 section 3.1.3).</param>
internal sealed record ProblemKind(string Code, int Status, string Title)
{
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "The bearer key is missing or wrong.");
    public static readonly ProblemKind AdminKeyRequired = new("admin_key_required", 403, "This needs the admin key.");
    public static readonly ProblemKind NotFound = new("not_found", 404, "There is nothing at this address.");
    public static readonly ProblemKind MethodNotAllowed = new("method_not_allowed", 405, "The address does not take this method.");
    public static readonly ProblemKind BodyTooLarge = new("body_too_large", 413, "The request body is too large.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported_media_type", 415, "The body must be application/json.");
    public static readonly ProblemKind InvalidJson = new("invalid_json", 400, "The body is not a JSON object.");
    public static readonly ProblemKind InvalidRequest = new("invalid_request", 400, "A field is missing or out of range.");
    public static readonly ProblemKind MissingParameter = new("missing_parameter", 400, "A query parameter is missing or wrong.");
    public static readonly ProblemKind KeyMissing = new("idempotency_key_missing", 400, "Idempotency-Key is required.");
    public static readonly ProblemKind KeyInvalid = new("idempotency_key_invalid", 400, "Idempotency-Key is not 1 to 255 visible ASCII characters.");
    public static readonly ProblemKind AttemptInvalid = new("attempt_invalid", 400, "Attempt is not a whole number of 1 or more.");
    public static readonly ProblemKind KeyReuse = new("idempotency_key_reuse", 422, "The key was used for another request.");
    public static readonly ProblemKind StaleAttempt = new("stale_attempt", 409, "A fence forbids this attempt; it was not applied.");
    public static readonly ProblemKind CustomerNotFound = new("customer_not_found", 404, "The customer does not exist.");
    public static readonly ProblemKind OrderNotFound = new("order_not_found", 404, "The order does not exist.");
    public static readonly ProblemKind OrderNotRefundable = new("order_not_refundable", 409, "Nothing on the order can be refunded.");
    public static readonly ProblemKind OrderDisputed = new("order_disputed", 409, "The order is disputed; its money is held.");
    public static readonly ProblemKind CurrencyMismatch = new("currency_mismatch", 422, "The order has another currency.");
    public static readonly ProblemKind ExceedsRefundable = new("exceeds_refundable", 422, "The amount is more than can be refunded.");
    public static readonly ProblemKind RefundNotFound = new("refund_not_found", 404, "The refund does not exist.");
    public static readonly ProblemKind RefundAlreadyVoided = new("refund_already_voided", 409, "The refund was voided before.");
    public static readonly ProblemKind VoidWindowPassed = new("void_window_passed", 409, "A refund can be voided for 24 hours only.");
    public static readonly ProblemKind FenceNotFound = new("fence_not_found", 404, "No fence was set for this key.");
    public static readonly ProblemKind Refused = new("refused", 403, "The service refuses this request; it was not applied.");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "The service is not available; the request was not applied.");
    public static readonly ProblemKind InternalError = new("internal_error", 500, "The service failed; whether the request was applied is open.");

    /// <summary>Every kind, for the tests that compare this list with the documentation.</summary>
    public static readonly IReadOnlyList<ProblemKind> All =
    [
        Unauthorized, AdminKeyRequired, NotFound, MethodNotAllowed, BodyTooLarge, UnsupportedMediaType, InvalidJson, InvalidRequest,
        MissingParameter, KeyMissing, KeyInvalid, AttemptInvalid, KeyReuse, StaleAttempt, CustomerNotFound, OrderNotFound,
        OrderNotRefundable, OrderDisputed, CurrencyMismatch, ExceedsRefundable, RefundNotFound, RefundAlreadyVoided, VoidWindowPassed,
        FenceNotFound, Refused, Unavailable, InternalError,
    ];

    /// <summary>The problem document (RFC 9457) for one occurrence.</summary>
    /// <param name="detail">What is wrong this time.</param>
    /// <param name="members">Further members, named as they go over the wire.</param>
    public Answer Because(string detail, params (string Name, object? Value)[] members)
    {
        var document = new Dictionary<string, object?>
        {
            ["type"] = $"https://payments.example.com/problems/{Code}",
            ["title"] = Title,
            ["status"] = Status,
            ["detail"] = detail,
            ["code"] = Code,
        };
        foreach (var (name, value) in members)
            document[name] = value;
        return Answer.Of(Status, document, Answer.ProblemJson);
    }
}
