using System.Text.Json;

namespace Sallyport.JsonSchema;

/// <summary>How a schema is compiled and which limits an instance meets. The defaults are the safe values.</summary>
public sealed class SchemaOptions
{
    /// <summary>Whether <c>format</c> is checked everywhere.</summary>
    /// <value>
    /// Default <c>false</c>: <c>format</c> is an annotation (validation §7.2.1), unless the meta-schema declares the format-assertion
    /// vocabulary.
    /// </value>
    public bool AssertFormats { get; init; }

    /// <summary>The deepest nesting of a schema document and of an instance, in levels.</summary>
    /// <value>Default 64.</value>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Finds the document of an absolute URI without a fragment; returns <c>null</c> for an unknown one.</summary>
    /// <value>Default <c>null</c>: only the 2020-12 meta-schemas are known. The network is never touched by this library.</value>
    public Func<Uri, JsonElement?>? Resolver { get; init; }

    /// <summary>How many errors one validation reports before it stops.</summary>
    /// <value>Default 20.</value>
    public int MaxErrors { get; init; } = 20;

    /// <summary>Annotation keywords that are allowed beside the standard ones, such as <c>unit</c>.</summary>
    /// <value>Default none. Only read when <see cref="RefuseUnknownKeywords"/> is set.</value>
    public IReadOnlySet<string> ExtraKeywords { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether a keyword that nobody declared is an issue, so that <c>minimun</c> cannot silently switch a bound off.</summary>
    /// <value>Default <c>false</c>, as the specification asks (core §4.3.1).</value>
    public bool RefuseUnknownKeywords { get; init; }

    /// <summary>Whether messages leave out every value of the instance. Names of properties stay.</summary>
    /// <value>Default <c>false</c>. Set it where messages are logged.</value>
    public bool RedactValues { get; init; }

    /// <summary>The largest schema document, in bytes of UTF-8.</summary>
    /// <value>Default 1 MiB.</value>
    public int MaxSchemaBytes { get; init; } = 1 << 20;

    /// <summary>The largest instance, in bytes of UTF-8.</summary>
    /// <value>Default 4 MiB.</value>
    public int MaxInstanceBytes { get; init; } = 4 << 20;

    /// <summary>How many subschema evaluations one validation may take; beyond it the instance is invalid.</summary>
    /// <value>Default 10 million. Schemas that branch inside recursion grow exponentially without such a bound.</value>
    public int MaxEvaluations { get; init; } = 10_000_000;

    /// <summary>How many documents the resolver may be asked for while one schema is compiled.</summary>
    /// <value>Default 64.</value>
    public int MaxDocuments { get; init; } = 64;

    /// <summary>The total time that patterns with look-around or back-references may take in one validation.</summary>
    /// <value>Default 100 ms. All other patterns run in time linear in the input and do not need it.</value>
    public TimeSpan PatternTimeout { get; init; } = TimeSpan.FromMilliseconds(100);
}
