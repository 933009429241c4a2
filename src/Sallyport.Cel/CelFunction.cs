using System.Collections.Immutable;

namespace Sallyport.Cel;

/// <summary>A declared function without an implementation: expressions that use it check, and calling it gives an error value.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Parameters">Parameter types, the receiver first for a receiver-style function.</param>
/// <param name="Result">The result type.</param>
/// <param name="IsReceiver">True if it is called as <c>receiver.name(…)</c>.</param>
public sealed record CelFunction(string Name, ImmutableArray<CelType> Parameters, CelType Result, bool IsReceiver = false);
