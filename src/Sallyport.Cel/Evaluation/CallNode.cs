using System.Runtime.CompilerServices;
using Sallyport.Cel.Functions;

namespace Sallyport.Cel.Evaluation;

/// <summary>A function call: arguments strictly from the left, then the overload that fits their kinds.</summary>
internal sealed class CallNode(string name, Overload[] overloads, Node[] arguments) : Node
{
    private const int Inline = 4;

    internal override CelValue Evaluate(CelActivation activation)
    {
        var buffer = default(ArgumentBuffer);
        var values = arguments.Length <= Inline ? ((Span<CelValue>)buffer)[..arguments.Length] : new CelValue[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Evaluate(activation);
            if (values[i].IsError)
                return values[i];
        }

        foreach (var overload in overloads)
        {
            if (overload.Accepts(values))
                return overload.Body is { } body ? body(activation, values) : CelValue.Error($"unbound function: {name}");
        }

        return overloads.Length == 0 ? CelValue.Error($"unbound function: {name}") : NoOverload(name, values);
    }

    /// <summary>Arguments on the stack.</summary>
    [InlineArray(Inline)]
    private struct ArgumentBuffer
    {
        private CelValue _first;
    }
}
