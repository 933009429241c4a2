namespace Sallyport.JsonSchema;

/// <summary>What came out of compiling a schema: a schema, or the reasons why there is none.</summary>
public sealed class SchemaCompilation
{
    internal SchemaCompilation(JsonSchema? schema, IReadOnlyList<SchemaIssue> issues)
    {
        Schema = schema;
        Issues = issues;
    }

    /// <summary>The compiled schema, or <c>null</c> when there is at least one issue.</summary>
    public JsonSchema? Schema { get; }

    /// <summary>Everything that is wrong with the schema; empty when it compiled.</summary>
    public IReadOnlyList<SchemaIssue> Issues { get; }
}

/// <summary>One thing that is wrong with a schema.</summary>
/// <param name="SchemaPath">JSON Pointer (RFC 6901) to the keyword; <c>uri#pointer</c> for another document.</param>
/// <param name="Message">One sentence for the author of the schema.</param>
/// <param name="Suggestion">The name that was probably meant, or <c>null</c>.</param>
public sealed record SchemaIssue(string SchemaPath, string Message, string? Suggestion);
