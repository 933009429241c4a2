using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Sallyport.Cel.Functions;

/// <summary>Every function by name. Global functions and methods are separate, as <c>size(x)</c> and <c>x.size()</c> are.</summary>
internal sealed class FunctionTable
{
    private readonly FrozenDictionary<string, ImmutableArray<Overload>> _globals;
    private readonly FrozenDictionary<string, ImmutableArray<Overload>> _methods;
    private readonly ImmutableArray<Overload> _all;

    private FunctionTable(IEnumerable<Overload> overloads)
    {
        _all = [.. overloads];
        _globals = Group(_all.Where(o => !o.IsReceiver));
        _methods = Group(_all.Where(o => o.IsReceiver));
    }

    /// <summary>The standard definitions and our extensions.</summary>
    internal static FunctionTable Standard { get; } = new(
    [
        .. CoreFunctions.All,
        .. ConversionFunctions.All,
        .. TimeFunctions.All,
        .. StringFunctions.All,
        .. MathFunctions.All,
        .. ListFunctions.All,
        .. EncoderFunctions.All,
        .. OptionalFunctions.All,
        .. NetworkFunctions.All,
    ]);

    internal IEnumerable<string> GlobalNames => _globals.Keys;

    internal IEnumerable<string> MethodNames => _methods.Keys;

    internal FunctionTable With(IEnumerable<CelFunction> declared) =>
        new(_all.Concat(declared.Select(f => new Overload(f.Name, f.IsReceiver, [.. f.Parameters], f.Result, null))));

    internal bool HasGlobal(string name) => _globals.ContainsKey(name);

    internal ImmutableArray<Overload> Globals(string name) => _globals.TryGetValue(name, out var found) ? found : [];

    internal ImmutableArray<Overload> Methods(string name) => _methods.TryGetValue(name, out var found) ? found : [];

    private static FrozenDictionary<string, ImmutableArray<Overload>> Group(IEnumerable<Overload> overloads) =>
        overloads.GroupBy(o => o.Name).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
}
