using System.Collections.Immutable;

namespace Sallyport.Cel.Syntax;

/// <summary>A node of the syntax tree. Macros are nodes of their own, so every consumer sees what was written.</summary>
/// <param name="Id">Unique in the tree, from 0.</param>
/// <param name="Span">Where it stands in the source.</param>
public abstract record CelExpr(int Id, CelSpan Span)
{
    /// <summary>Nesting depth of the tree below and with this node.</summary>
    internal int Depth { get; init; } = 1;
}

/// <summary>A literal such as <c>5</c> or <c>'a'</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Value">Its value.</param>
public sealed record CelLiteral(int Id, CelSpan Span, CelValue Value) : CelExpr(Id, Span)
{
    /// <summary>A fractional number as it was written, for exact decimals; null for every other literal.</summary>
    public string? ExactText { get; init; }
}

/// <summary>A name.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Name">The name without a leading dot.</param>
/// <param name="IsAbsolute">True if written with a leading dot: then neither the container nor macro variables are searched.</param>
public sealed record CelIdentifier(int Id, CelSpan Span, string Name, bool IsAbsolute) : CelExpr(Id, Span);

/// <summary>A member selection, <c>a.b</c> or <c>a.?b</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Operand">What is selected from.</param>
/// <param name="Field">The member.</param>
/// <param name="FieldSpan">Where the member's name stands.</param>
/// <param name="IsOptional">True for <c>.?</c>.</param>
public sealed record CelSelect(int Id, CelSpan Span, CelExpr Operand, string Field, CelSpan FieldSpan, bool IsOptional) : CelExpr(Id, Span);

/// <summary>The presence test <c>has(a.b)</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Operand">What is selected from.</param>
/// <param name="Field">The member.</param>
/// <param name="FieldSpan">Where the member's name stands.</param>
public sealed record CelPresence(int Id, CelSpan Span, CelExpr Operand, string Field, CelSpan FieldSpan) : CelExpr(Id, Span);

/// <summary>An index, <c>a[b]</c> or <c>a[?b]</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Operand">The list or map.</param>
/// <param name="Index">The index or key.</param>
/// <param name="IsOptional">True for <c>[?</c>.</param>
public sealed record CelIndex(int Id, CelSpan Span, CelExpr Operand, CelExpr Index, bool IsOptional) : CelExpr(Id, Span);

/// <summary>An operator with one operand.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Operand">Its operand.</param>
public sealed record CelUnary(int Id, CelSpan Span, CelUnaryOperator Operator, CelExpr Operand) : CelExpr(Id, Span);

/// <summary>An operator with two operands, the logical ones included.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Left">Its left operand.</param>
/// <param name="Right">Its right operand.</param>
public sealed record CelBinary(int Id, CelSpan Span, CelBinaryOperator Operator, CelExpr Left, CelExpr Right) : CelExpr(Id, Span);

/// <summary><c>condition ? a : b</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Condition">The condition.</param>
/// <param name="Then">The value if true.</param>
/// <param name="Else">The value if false.</param>
public sealed record CelConditional(int Id, CelSpan Span, CelExpr Condition, CelExpr Then, CelExpr Else) : CelExpr(Id, Span);

/// <summary>A function call, <c>f(x)</c> or <c>x.f(y)</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Function">The function's name.</param>
/// <param name="FunctionSpan">Where the name stands.</param>
/// <param name="Target">The receiver; null for a global call. A namespace such as <c>math</c> also stands here.</param>
/// <param name="Arguments">The arguments.</param>
public sealed record CelCall(
    int Id, CelSpan Span, string Function, CelSpan FunctionSpan, CelExpr? Target, ImmutableArray<CelExpr> Arguments) : CelExpr(Id, Span)
{
    /// <summary>True for a global call written with a leading dot, <c>.f(x)</c>: the container is not searched.</summary>
    public bool IsAbsolute { get; init; }
}

/// <summary>A list literal.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Elements">Its elements.</param>
public sealed record CelListLiteral(int Id, CelSpan Span, ImmutableArray<CelElement> Elements) : CelExpr(Id, Span);

/// <summary>An element of a list literal.</summary>
/// <param name="Value">Its value.</param>
/// <param name="IsOptional">True for <c>?value</c>: left out if the optional holds nothing.</param>
public readonly record struct CelElement(CelExpr Value, bool IsOptional);

/// <summary>A map literal.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Entries">Its entries.</param>
public sealed record CelMapLiteral(int Id, CelSpan Span, ImmutableArray<CelEntry> Entries) : CelExpr(Id, Span);

/// <summary>An entry of a map literal.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsOptional">True for <c>?key: value</c>: left out if the optional holds nothing.</param>
public readonly record struct CelEntry(CelExpr Key, CelExpr Value, bool IsOptional);

/// <summary>A message literal <c>Name{field: value}</c>. It parses but never checks: our data is JSON.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="TypeName">The message's name.</param>
public sealed record CelMessageLiteral(int Id, CelSpan Span, string TypeName) : CelExpr(Id, Span);

/// <summary>A macro that ranges over a list or map, such as <c>range.all(x, body)</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Kind">Which macro.</param>
/// <param name="Range">The list or map.</param>
/// <param name="Variable">The element or key; with two variables the index or key.</param>
/// <param name="SecondVariable">With two variables the element or value; otherwise null.</param>
/// <param name="Filter">Which elements count; null for all.</param>
/// <param name="Body">The predicate or the transformation.</param>
public sealed record CelComprehension(
    int Id, CelSpan Span, CelMacro Kind, CelExpr Range, string Variable, string? SecondVariable, CelExpr? Filter, CelExpr Body)
    : CelExpr(Id, Span);

/// <summary><c>cel.bind(name, value, body)</c>: names a value.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Variable">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="Body">Where the name is known.</param>
public sealed record CelBind(int Id, CelSpan Span, string Variable, CelExpr Value, CelExpr Body) : CelExpr(Id, Span);

/// <summary><c>optional.optMap(x, body)</c> and <c>optional.optFlatMap(x, body)</c>.</summary>
/// <param name="Id">Unique in the tree.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Target">The optional.</param>
/// <param name="Variable">The name of what it holds.</param>
/// <param name="Body">What to make of it.</param>
/// <param name="IsFlat">True for <c>optFlatMap</c>: the body is an optional itself.</param>
public sealed record CelOptionalMap(int Id, CelSpan Span, CelExpr Target, string Variable, CelExpr Body, bool IsFlat) : CelExpr(Id, Span);
