using System.Collections.Immutable;
using Sallyport.Cel.Functions;

namespace Sallyport.Cel.Checking;

/// <summary>What a name in the tree refers to.</summary>
internal abstract record Resolution;

/// <summary>A declared variable.</summary>
internal sealed record VariableResolution(int Slot, string Name) : Resolution;

/// <summary>A macro variable, or the first macro variable of a comprehension.</summary>
internal sealed record LocalResolution(int Index) : Resolution;

/// <summary>A type used as a value.</summary>
internal sealed record TypeResolution(CelType Type) : Resolution;

/// <summary>A function; a target that was only a namespace is not evaluated.</summary>
internal sealed record FunctionResolution(string Name, bool HasReceiver, ImmutableArray<Overload> Overloads) : Resolution;

/// <summary>The checker's result: types and resolutions by node id.</summary>
internal sealed class CheckedTree(int nodeCount)
{
    internal CelType[] Types { get; } = new CelType[nodeCount];

    internal Resolution?[] Resolutions { get; } = new Resolution?[nodeCount];

    /// <summary>How many macro variables can be alive at once.</summary>
    internal int LocalCount { get; set; }
}
