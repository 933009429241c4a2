namespace Sallyport.Cel.Values;

/// <summary>What a value of an opaque type refers to. Equality and hash are those of the derived record.</summary>
internal abstract record OpaqueValue
{
    /// <summary>The type as <c>type(x)</c> gives it.</summary>
    internal abstract CelType Type { get; }

    /// <summary>The text that <c>string(x)</c> gives.</summary>
    internal abstract string Text { get; }
}
