namespace Sallyport.JsonSchema;

/// <summary>The outcome of one validation.</summary>
public sealed class SchemaResult
{
    internal static readonly SchemaResult Valid = new([]);

    internal SchemaResult(IReadOnlyList<SchemaError> errors) => Errors = errors;

    /// <summary>Whether the instance satisfies the schema. A limit that was hit counts as invalid.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Why the instance is invalid: at most <see cref="SchemaOptions.MaxErrors"/> entries, empty when it is valid.</summary>
    public IReadOnlyList<SchemaError> Errors { get; }
}

/// <summary>One way in which an instance misses its schema.</summary>
/// <param name="InstancePath">JSON Pointer (RFC 6901) to the value; empty for the whole instance.</param>
/// <param name="SchemaPath">JSON Pointer to the keyword that refused; <c>uri#pointer</c> for another document.</param>
/// <param name="Keyword">The keyword that refused, or <c>limit</c> when a limit of this library did.</param>
/// <param name="Message">One sentence that a person understands.</param>
public sealed record SchemaError(string InstancePath, string SchemaPath, string Keyword, string Message);
