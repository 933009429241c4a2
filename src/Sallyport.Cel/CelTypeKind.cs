namespace Sallyport.Cel;

/// <summary>The families of static types.</summary>
public enum CelTypeKind
{
    /// <summary>An expression that did not check.</summary>
    Error,

    /// <summary>Known only at run time.</summary>
    Dyn,

    /// <summary>The null value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Signed 64-bit integer.</summary>
    Int,

    /// <summary>Unsigned 64-bit integer.</summary>
    Uint,

    /// <summary>IEEE 754 double.</summary>
    Double,

    /// <summary>Exact decimal.</summary>
    Decimal,

    /// <summary>Unicode text.</summary>
    String,

    /// <summary>Octets.</summary>
    Bytes,

    /// <summary>A point in time.</summary>
    Timestamp,

    /// <summary>A span of time.</summary>
    Duration,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A type as a value.</summary>
    Type,

    /// <summary>A value or nothing.</summary>
    Optional,

    /// <summary>A value or null.</summary>
    Nullable,

    /// <summary>A map with declared members.</summary>
    Object,

    /// <summary>A type parameter in a function declaration.</summary>
    TypeParameter,

    /// <summary>A named type without structure.</summary>
    Opaque,
}
