namespace Sallyport.JsonSchema.Compilation;

/// <summary>The vocabularies that a meta-schema switches on (core §8.1.2).</summary>
[Flags]
internal enum Vocabularies
{
    /// <summary>No vocabulary.</summary>
    None = 0,

    /// <summary>Identifiers and references: always on.</summary>
    Core = 1,

    /// <summary>Subschemas for properties, items and combinations.</summary>
    Applicator = 2,

    /// <summary><c>unevaluatedItems</c> and <c>unevaluatedProperties</c>.</summary>
    Unevaluated = 4,

    /// <summary>Assertions about values.</summary>
    Validation = 8,

    /// <summary>Titles, defaults, examples.</summary>
    MetaData = 16,

    /// <summary><c>format</c> as an annotation.</summary>
    FormatAnnotation = 32,

    /// <summary><c>format</c> as an assertion.</summary>
    FormatAssertion = 64,

    /// <summary>Encoded content; annotations only.</summary>
    Content = 128,

    /// <summary>What draft 2020-12 itself switches on.</summary>
    Standard = Core | Applicator | Unevaluated | Validation | MetaData | FormatAnnotation | Content,
}

/// <summary>How the keywords of one schema resource are read.</summary>
internal sealed record Dialect(Vocabularies Active)
{
    public const string StandardUri = "https://json-schema.org/draft/2020-12/schema";

    private const string VocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/";

    public static readonly Dialect Default = new(Vocabularies.Standard);

    /// <summary>The vocabulary of an identifier, or <c>None</c> for one that this library does not know.</summary>
    public static Vocabularies VocabularyOf(string uri) => !uri.StartsWith(VocabularyPrefix, StringComparison.Ordinal)
        ? Vocabularies.None
        : uri[VocabularyPrefix.Length..] switch
        {
            "core" => Vocabularies.Core,
            "applicator" => Vocabularies.Applicator,
            "unevaluated" => Vocabularies.Unevaluated,
            "validation" => Vocabularies.Validation,
            "meta-data" => Vocabularies.MetaData,
            "format-annotation" => Vocabularies.FormatAnnotation,
            "format-assertion" => Vocabularies.FormatAssertion,
            "content" => Vocabularies.Content,
            _ => Vocabularies.None,
        };

    /// <summary>Whether a keyword of any of these vocabularies means something here.</summary>
    public bool Has(Vocabularies any) => (Active & any) != Vocabularies.None;
}
