namespace Sallyport.Contracts.Errors;

/// <summary>One entry of the error catalogue: everything a caller can rely on when it sees the code.</summary>
/// <param name="Code">Stable machine name, <c>snake_case</c>, never reused for another meaning.</param>
/// <param name="Status">HTTP status (RFC 9110) on REST; MCP carries the same code in a structured tool result.</param>
/// <param name="Retriable">Whether the same request can succeed later without being changed.</param>
/// <param name="Title">What happened, in one sentence.</param>
/// <param name="Remedy">What the caller should do, in one sentence.</param>
public sealed record ErrorCode(string Code, int Status, bool Retriable, string Title, string Remedy)
{
    /// <summary>The problem type of RFC 9457, section 3.1.1.</summary>
    public string Type => "urn:sallyport:error:" + Code.Replace('_', '-');
}
