using System.Collections.Immutable;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>size, string predicates, matches, type, dyn (language definition, "List of Standard Definitions").</summary>
internal static class CoreFunctions
{
    private static readonly CelType A = TypeParameter("A");
    private static readonly CelType B = TypeParameter("B");

    internal static ImmutableArray<Overload> All { get; } =
    [
        .. Both("size", [CelType.String], Int, (f, a) => SizeOf(f, a[0].RawString)),
        .. Both("size", [Bytes], Int, (_, a) => CelValue.From((long)a[0].RawBytes.Length)),
        .. Both("size", [CelType.List(A)], Int, (_, a) => CelValue.From((long)a[0].RawList.Count)),
        .. Both("size", [CelType.Map(A, B)], Int, (_, a) => CelValue.From((long)a[0].RawMap.Count)),
        Text("contains", (x, y) => x.Contains(y, StringComparison.Ordinal)),
        Text("startsWith", (x, y) => x.StartsWith(y, StringComparison.Ordinal)),
        Text("endsWith", (x, y) => x.EndsWith(y, StringComparison.Ordinal)),
        .. Both("matches", [CelType.String, CelType.String], Bool, (f, a) => RegularExpressions.IsMatch(f, a[0].RawString, a[1].RawString)),
        new("type", false, [A], TypeOf(A), (_, a) => CelValue.Type(ValueText.TypeOf(a[0]))),
        new("dyn", false, [A], Dyn, (_, a) => a[0]),
    ];

    /// <summary>The same function as a global and as a method.</summary>
    internal static Overload[] Both(string name, CelType[] parameters, CelType result, Implementation body) =>
        [new(name, false, parameters, result, body), new(name, true, parameters, result, body)];

    private static CelValue SizeOf(CelActivation activation, string text) =>
        activation.ChargeBytes(text.Length) ? CelValue.From((long)CodePoints.Count(text)) : CelActivation.OutOfSteps;

    private static Overload Text(string name, Func<string, string, bool> test) => new(
        name, true, [CelType.String, CelType.String], Bool,
        (f, a) => f.ChargeBytes(a[0].RawString.Length) ? CelValue.From(test(a[0].RawString, a[1].RawString)) : CelActivation.OutOfSteps);
}
