namespace Sallyport.Cel.Syntax;

/// <summary>Operators with one operand.</summary>
public enum CelUnaryOperator
{
    /// <summary><c>!</c></summary>
    Not,

    /// <summary><c>-</c></summary>
    Negate,
}

/// <summary>Operators with two operands.</summary>
public enum CelBinaryOperator
{
    /// <summary><c>||</c></summary>
    Or,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>in</c></summary>
    In,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>/</c></summary>
    Divide,

    /// <summary><c>%</c></summary>
    Modulo,
}

/// <summary>The macros that range over a list or map.</summary>
public enum CelMacro
{
    /// <summary>True if the predicate holds for every element.</summary>
    All,

    /// <summary>True if the predicate holds for some element.</summary>
    Exists,

    /// <summary>True if the predicate holds for exactly one element.</summary>
    ExistsOne,

    /// <summary>The list of the transformed elements.</summary>
    Map,

    /// <summary>The list of the elements for which the predicate holds.</summary>
    Filter,

    /// <summary>With two variables: the list of the transformed elements.</summary>
    TransformList,

    /// <summary>With two variables: the map with the same keys and transformed values.</summary>
    TransformMap,

    /// <summary>With two variables: the map of the entries that the body gives.</summary>
    TransformMapEntry,

    /// <summary>The list ordered by what the body gives for each element (lists extension).</summary>
    SortBy,
}
