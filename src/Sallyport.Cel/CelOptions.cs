using System.Collections.Immutable;

namespace Sallyport.Cel;

/// <summary>Limits and settings of an environment. Every limit has a safe default.</summary>
public sealed record CelOptions
{
    /// <summary>The defaults.</summary>
    public static CelOptions Default { get; } = new();

    /// <summary>The namespace in which names are resolved first, such as <c>com.example</c>.</summary>
    public string Container { get; init; } = "";

    /// <summary>False runs an expression without static types: unknown names and wrong types become error values.</summary>
    /// <value>True.</value>
    public bool TypeCheck { get; init; } = true;

    /// <summary>True accepts <c>cel.block</c> and <c>cel.index</c>, which optimizers of other implementations write and people do not.</summary>
    /// <value>False.</value>
    public bool HasBlocks { get; init; }

    /// <summary>Longest accepted source in UTF-16 units.</summary>
    /// <value>32,768.</value>
    public int MaxSourceLength { get; init; } = 32_768;

    /// <summary>Deepest accepted nesting of the syntax tree. It also bounds the stack that an evaluation needs.</summary>
    /// <value>100.</value>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Size that the cost estimate assumes for a collection whose type has no bound.</summary>
    /// <value>100.</value>
    public long AssumedSize { get; init; } = 100;

    /// <summary>Largest accepted static cost bound: an expression above it does not compile.</summary>
    /// <value>1,000,000, as <see cref="MaxSteps"/>: what compiles does not meet the step limit while its data keep to their sizes.</value>
    public long MaxCost { get; init; } = 1_000_000;

    /// <summary>Steps that one evaluation may take; above it the result is an error.</summary>
    /// <value>1,000,000.</value>
    public long MaxSteps { get; init; } = 1_000_000;

    /// <summary>Functions that are declared but not implemented.</summary>
    public ImmutableArray<CelFunction> Functions { get; init; } = [];
}
