namespace Sallyport.Cel;

/// <summary>The kinds of run-time values.</summary>
public enum CelValueKind : byte
{
    /// <summary>An evaluation that failed. It is the default value, so nothing is ever true by accident.</summary>
    Error = 0,

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

    /// <summary>A type.</summary>
    Type,

    /// <summary>A value or nothing.</summary>
    Optional,

    /// <summary>A value of a named type without structure, such as an IP address.</summary>
    Opaque,
}
