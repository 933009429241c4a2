using System.Text.Json;
using Sallyport.Proofs.Encoding;
using Sallyport.Proofs.Formulas;
using Sallyport.Proofs.Smt;
using Sallyport.Proofs.Solving;

namespace Sallyport.Proofs.Policies;

/// <summary>What a question came to.</summary>
/// <param name="Answer">What the solver says.</param>
/// <param name="Witness">A replayed call that does what was asked for; null if there is none or none came out.</param>
/// <param name="Reason">Why there is no witness although the solver has an assignment.</param>
/// <param name="Query">The question, for other solvers.</param>
internal sealed record Finding(Answer Answer, Witness? Witness, string? Reason, SmtQuery Query);

/// <summary>
/// Puts questions about calls to the solver and replays every answer "yes, this one" in the production evaluator: what does not come out
/// there as the formulas say is not a counterexample.
/// </summary>
internal sealed class Prover
{
    private readonly InputSpace _space;
    private readonly Solver _solver;
    private readonly ProofOptions _options;
    private readonly IReadOnlyList<Contract> _contracts;
    private readonly List<Formula> _asserted = [];
    private Formula? _plain;

    /// <param name="space">The inputs.</param>
    /// <param name="options">Limits.</param>
    /// <param name="models">One model, or the older and the newer one.</param>
    internal Prover(InputSpace space, ProofOptions options, params IReadOnlyList<PolicyModel> models)
    {
        (_space, _options) = (space, options);
        _solver = new Solver(space.Pool, options.MaxConflicts);
        _contracts = [.. models.Select(model => new Contract(model))];
    }

    /// <summary>The solver's effort so far.</summary>
    internal long Conflicts => _solver.Conflicts;

    /// <summary>Makes a formula hold in every later question.</summary>
    internal void Assume(Formula formula)
    {
        _solver.Assert(formula);
        _asserted.Add(formula);
    }

    /// <summary>Is there a call for which all formulas hold?</summary>
    /// <param name="name">A name for the question.</param>
    /// <param name="comment">What it asks, in words.</param>
    /// <param name="contract">The contract that the call is made for.</param>
    /// <param name="shows">Whether a replay shows it.</param>
    /// <param name="formulas">The formulas.</param>
    internal Finding Ask(string name, string comment, int contract, Func<Witness, bool> shows, params Formula[] formulas)
    {
        List<Formula> asked = [.. formulas];
        // Most conditions cannot fail by their types alone; that needs no search.
        var first = asked.Exists(formula => formula.IsFalse) ? Answer.Unsatisfiable : Solve(asked);
        var isCertain = first != Answer.Satisfiable || _solver.IsCertain;
        var (answer, reason) = (first, (string?)null);
        Witness? witness = null;
        for (var tries = 0; answer == Answer.Satisfiable && tries < _options.MaxReplays; tries++)
        {
            (witness, reason) = Replay(contract, shows);
            if (witness is not null || OtherOpaque() is not { } other) break;
            asked.Add(other);
            answer = Solve(asked);
        }

        // Should the replays use up all that the free parts allow, it is still not called proved: others can check the query, and it is sat.
        if (witness is null && !isCertain) (first, reason) = (Answer.Unknown, null);
        var text = first switch { Answer.Satisfiable => "sat", Answer.Unsatisfiable => "unsat", Answer.Unknown => "unknown" };
        return new Finding(first, witness, witness is null && first == Answer.Satisfiable ? reason : null, Query(name, comment, text, formulas));
    }

    /// <summary>Numbers that need no rounding are tried first: only they surely come out of a replay as the formulas say.</summary>
    private Answer Solve(List<Formula> asked)
    {
        var plain = _plain ??= _space.Pool.And([.. _space.Sites().SelectMany(site => site.Plain())]);
        return !plain.IsTrue && _solver.Check([.. asked, plain]) == Answer.Satisfiable ? Answer.Satisfiable : _solver.Check([.. asked]);
    }

    /// <summary>The formulas that hold for no call, as far as the effort allows to say.</summary>
    internal IReadOnlyList<Formula> Impossible(Formula given, IEnumerable<Formula> formulas)
    {
        var open = formulas.Distinct().ToList();
        var impossible = new List<Formula>();
        foreach (var formula in open) _solver.Prepare(formula);
        while (open.Count > 0)
        {
            var next = open[^1];
            open.RemoveAt(open.Count - 1);
            var answer = _solver.Check(given, next);
            if (answer == Answer.Unsatisfiable) impossible.Add(next);
            else if (answer == Answer.Satisfiable) open.RemoveAll(_solver.IsSettled);
        }

        return impossible;
    }

    /// <summary>The question whether the formulas can hold together, for other solvers.</summary>
    internal SmtQuery Query(string name, string comment, string answer, params Formula[] formulas)
    {
        Formula[] all = [.. _asserted, .. formulas];
        return new SmtQuery(name, new Lazy<string>(() => SmtScript.Write(_space.Pool, all, comment, answer == "unknown" ? null : answer)), answer, new Lazy<bool>(() => _space.Pool.IsExact(all)));
    }

    /// <summary>Asks for another assignment of the booleans that the solver does not look into; null if there are none.</summary>
    private Formula? OtherOpaque()
    {
        var opaque = _space.Pool.Variables.Where(variable => variable is { IsOpaque: true, Sort: Sort.Bool })
            .Select(_space.Pool.Bool).Select(formula => _solver.IsTrue(formula) ? !formula : formula).ToArray();
        return opaque.Length == 0 ? null : _space.Pool.Or(opaque);
    }

    private (Witness? Witness, string? Reason) Replay(int contract, Func<Witness, bool> shows)
    {
        var builder = new WitnessBuilder(_space, _solver, contract);
        if (builder.Build(_contracts[contract].Model.Inputs.Keys) is not { } input) return (null, "the solver's assignment has no JSON form");
        if (_contracts[contract].FaultOf(input) is { } fault) return (null, "the solver's assignment is no well-formed call: " + fault);
        var decisions = _contracts.Select(one => one.FaultOf(input) is null ? one.Model.Replay(input, null) : null).ToList();
        var witness = new Witness(input, builder.Mentioned, decisions[^1], decisions.Count > 1 ? decisions[0] : null);
        return shows(witness) ? (witness, null) : (null, "the production evaluator does not confirm the solver's assignment");
    }

    private sealed class Contract(PolicyModel model)
    {
        private readonly Dictionary<string, JsonSchema.JsonSchema?> _schemas =
            model.Inputs.ToDictionary(input => input.Key, input => JsonSchema.JsonSchema.Compile(input.Value, SchemaView.Options).Schema);

        internal PolicyModel Model => model;

        /// <summary>Why the input is no well-formed call; null if it is one.</summary>
        internal string? FaultOf(JsonElement input)
        {
            foreach (var (name, schema) in _schemas)
            {
                if (schema is null) return $"the schema of {name} does not compile";
                if (!input.TryGetProperty(name, out var value)) return $"{name} is missing";
                if (schema.Validate(value) is { IsValid: false } result) return $"{name}{result.Errors[0].InstancePath}: {result.Errors[0].Message}";
            }

            return null;
        }
    }
}
