using System.Text.Json;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>All inputs of a decision: the places that conditions mention, made as they are mentioned.</summary>
internal sealed class InputSpace
{
    private readonly Dictionary<string, Site> _roots = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _approximations = new(StringComparer.Ordinal);
    private readonly int _contracts;
    private int _nextLocal;

    /// <param name="pool">Where formulas are made.</param>
    /// <param name="contracts">For each contract its variables and their schemas; the names are the same in all.</param>
    internal InputSpace(FormulaPool pool, params IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> contracts)
    {
        Pool = pool;
        _contracts = contracts.Count;
        foreach (var name in contracts.SelectMany(contract => contract.Keys).Distinct(StringComparer.Ordinal))
            _roots[name] = Site.Root(pool, name, contracts.Select(contract => contract.TryGetValue(name, out var schema) ? new SchemaView(schema) : default));
    }

    internal FormulaPool Pool { get; }

    internal IReadOnlyDictionary<string, Site> Roots => _roots;

    /// <summary>
    /// Stands before the names of what is not looked into: the same words can mean something else in a version whose schemas differ.
    /// </summary>
    internal string Version { get; set; } = "";

    /// <summary>What was treated as free because the solver does not look into it, as written.</summary>
    internal IReadOnlyCollection<string> Approximations => _approximations;

    internal void Approximate(string text) => _approximations.Add(text);

    /// <summary>A name for something that depends on a macro's variable and so differs from any other of the same spelling.</summary>
    internal string Unique(string text) => $"{text} #{++_nextLocal}";

    /// <summary>
    /// What a well-formed call of a contract satisfies. Only places mentioned so far take part, so it is asked for when everything else is
    /// encoded.
    /// </summary>
    internal Formula Domain(int contract)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(contract, _contracts);
        var demands = new List<Formula>();
        foreach (var site in Sites()) demands.AddRange(site.Demands(contract));
        return Pool.And([.. demands]);
    }

    internal IEnumerable<Site> Sites()
    {
        var open = new Stack<Site>(_roots.Values);
        while (open.TryPop(out var site))
        {
            yield return site;
            foreach (var member in site.Members) open.Push(member);
        }
    }
}
