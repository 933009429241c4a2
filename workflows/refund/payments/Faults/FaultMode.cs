namespace Sallyport.Samples.Payments.Faults;

/// <summary>The ways in which the service can misbehave on purpose.</summary>
internal enum FaultMode
{
    /// <summary>Behaves.</summary>
    None,

    /// <summary>Applied at once; the answer is held for the delay.</summary>
    Slow,

    /// <summary>Held for the delay, then applied and answered, also when the caller has hung up meanwhile.</summary>
    SlowBeforeEffect,

    /// <summary>Applied; then the connection is reset without an answer.</summary>
    AnswerLostAfterEffect,

    /// <summary>Applied; then answered 500 <c>internal_error</c>.</summary>
    ErrorAfterEffect,

    /// <summary>Not applied; answered 503 <c>unavailable</c>.</summary>
    ErrorBeforeEffect,

    /// <summary>The whole request is read, then the connection is reset; not applied.</summary>
    CloseWithoutEffect,

    /// <summary>The connection is reset as soon as the headers are in; not applied.</summary>
    CloseBeforeEffect,

    /// <summary>Not applied; answered 403 <c>refused</c>.</summary>
    Refuse,
}
