using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cel.Checking;

namespace Sallyport.Cel;

/// <summary>A static type. Types are immutable and compared by structure.</summary>
public sealed class CelType : IEquatable<CelType>
{
    private CelType(CelTypeKind kind, string name, ImmutableArray<CelType> parameters = default)
    {
        Kind = kind;
        Name = name;
        Parameters = parameters.IsDefault ? [] : parameters;
    }

    /// <summary>Checked only when the expression runs.</summary>
    public static CelType Dyn { get; } = new(CelTypeKind.Dyn, "dyn");

    /// <summary>The type of <c>null</c>.</summary>
    public static CelType Null { get; } = new(CelTypeKind.Null, "null_type");

    /// <summary>True or false.</summary>
    public static CelType Bool { get; } = new(CelTypeKind.Bool, "bool");

    /// <summary>Signed 64-bit integer.</summary>
    public static CelType Int { get; } = new(CelTypeKind.Int, "int");

    /// <summary>Unsigned 64-bit integer.</summary>
    public static CelType Uint { get; } = new(CelTypeKind.Uint, "uint");

    /// <summary>IEEE 754 double.</summary>
    public static CelType Double { get; } = new(CelTypeKind.Double, "double");

    /// <summary>Exact decimal with up to 28 significant digits. Our one addition to the language.</summary>
    public static CelType Decimal { get; } = new(CelTypeKind.Decimal, "decimal");

    /// <summary>Unicode text, measured in code points.</summary>
    public static CelType String { get; } = new(CelTypeKind.String, "string");

    /// <summary>A sequence of octets.</summary>
    public static CelType Bytes { get; } = new(CelTypeKind.Bytes, "bytes");

    /// <summary>A point in time, years 0001 to 9999, nanosecond steps.</summary>
    public static CelType Timestamp { get; } = new(CelTypeKind.Timestamp, "google.protobuf.Timestamp");

    /// <summary>A span of time: a signed 64-bit count of nanoseconds.</summary>
    public static CelType Duration { get; } = new(CelTypeKind.Duration, "google.protobuf.Duration");

    /// <summary>The type of types.</summary>
    public static CelType TypeType { get; } = new(CelTypeKind.Type, "type");

    /// <summary>What an expression has that failed to check: compatible with everything, so one mistake gives one message.</summary>
    internal static CelType Error { get; } = new(CelTypeKind.Error, "error");

    /// <summary>Which family the type belongs to.</summary>
    public CelTypeKind Kind { get; }

    /// <summary>The name that <c>type(x)</c> shows, a type parameter's name or an object's label.</summary>
    public string Name { get; }

    /// <summary>Element type; key and value type; the type inside an optional or nullable; an opaque type's arguments.</summary>
    public ImmutableArray<CelType> Parameters { get; }

    /// <summary>An object's declared members. Empty for every other kind.</summary>
    public ImmutableArray<CelField> Fields { get; private init; } = [];

    /// <summary>True if an object has no members but the declared ones.</summary>
    public bool IsClosed { get; private init; }

    /// <summary>Most items a list or map, or characters a string, can have; null where the declaration gives no bound.</summary>
    public long? MaxSize { get; private init; }

    internal bool IsDynamic => Kind is CelTypeKind.Dyn or CelTypeKind.Error;

    /// <summary>A list of <paramref name="element"/>.</summary>
    /// <param name="element">The type of every element.</param>
    public static CelType List(CelType element) => new(CelTypeKind.List, "list", [element]);

    /// <summary>A map from <paramref name="key"/> to <paramref name="value"/>.</summary>
    /// <param name="key">Bool, int, uint, string or dyn.</param>
    /// <param name="value">The type of every value.</param>
    public static CelType Map(CelType key, CelType value) => new(CelTypeKind.Map, "map", [key, value]);

    /// <summary>A value that may be missing (the optionals extension).</summary>
    /// <param name="inner">The type when present.</param>
    public static CelType Optional(CelType inner) => new(CelTypeKind.Optional, "optional_type", [inner]);

    /// <summary><paramref name="inner"/> or null.</summary>
    /// <param name="inner">The type when not null.</param>
    public static CelType Nullable(CelType inner) =>
        inner.Kind is CelTypeKind.Dyn or CelTypeKind.Null or CelTypeKind.Nullable ? inner : new(CelTypeKind.Nullable, "wrapper", [inner]);

    /// <summary>An object with declared members; at run time it is a map with string keys.</summary>
    /// <param name="fields">The declared members.</param>
    /// <param name="closed">True if other members cannot occur: selecting one is then an error found by the checker.</param>
    /// <param name="name">A label for messages.</param>
    public static CelType Object(IEnumerable<CelField> fields, bool closed = true, string name = "object") =>
        new(CelTypeKind.Object, name) { Fields = [.. fields], IsClosed = closed };

    /// <summary>A type parameter of a function declaration.</summary>
    /// <param name="name">Its name, such as T.</param>
    public static CelType TypeParameter(string name) => new(CelTypeKind.TypeParameter, name);

    /// <summary>A named type of which expressions know nothing but its functions.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="parameters">Its type arguments.</param>
    public static CelType Opaque(string name, params CelType[] parameters) => new(CelTypeKind.Opaque, name, [.. parameters]);

    /// <summary>The type of the instances of a JSON Schema (draft 2020-12). What a type cannot express is <see cref="Dyn"/>.</summary>
    /// <param name="schema">The schema; local <c>$ref</c>s are followed.</param>
    public static CelType FromJsonSchema(JsonElement schema) => new JsonSchemaTypes(schema).Derive();

    /// <summary>This type with an upper bound of its size, used by the cost estimate.</summary>
    /// <param name="maxSize">Items or code points; null for no bound.</param>
    public CelType WithMaxSize(long? maxSize) =>
        new(Kind, Name, Parameters) { Fields = Fields, IsClosed = IsClosed, MaxSize = maxSize };

    internal CelType WithParameters(ImmutableArray<CelType> parameters) =>
        new(Kind, Name, parameters) { Fields = Fields, IsClosed = IsClosed, MaxSize = MaxSize };

    internal CelField? FindField(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
                return field;
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(CelType? other) =>
        other is not null && (ReferenceEquals(this, other) ||
            (Kind == other.Kind && Name == other.Name && IsClosed == other.IsClosed && MaxSize == other.MaxSize &&
             Parameters.AsSpan().SequenceEqual(other.Parameters.AsSpan()) && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan())));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CelType);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Name, Parameters.Length, Fields.Length);

    /// <summary>The type as the specification writes it: <c>map(string, int)</c>.</summary>
    public override string ToString() => Kind switch
    {
        CelTypeKind.Opaque when Parameters.Length > 0 => $"{Name}({string.Join(", ", Parameters)})",
        CelTypeKind.List or CelTypeKind.Map or CelTypeKind.Optional or CelTypeKind.Nullable => $"{Name}({string.Join(", ", Parameters)})",
        CelTypeKind.Type when Parameters.Length > 0 => $"type({Parameters[0]})",
        CelTypeKind.Timestamp => "timestamp",
        CelTypeKind.Duration => "duration",
        _ => Name,
    };

    internal static CelType TypeOf(CelType inner) => new(CelTypeKind.Type, "type", [inner]);
}
