using System.Globalization;
using System.Text;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Smt;

/// <summary>
/// A query in SMT-LIB 2.6, so that anyone can put it to a solver that we did not write. Shared parts are defined once; a formula of
/// hundreds of rules stays readable and small.
/// </summary>
internal sealed class SmtScript
{
    private readonly FormulaPool _pool;
    private readonly StringBuilder _text = new();
    private readonly HashSet<int> _shared = [];
    private readonly HashSet<int> _defined = [];

    private SmtScript(FormulaPool pool) => _pool = pool;

    /// <summary>The script that asks whether all formulas can hold together.</summary>
    internal static string Write(FormulaPool pool, IReadOnlyList<Formula> formulas, string comment, string? expected)
    {
        var script = new SmtScript(pool);
        // A comment ends with its line, so that words of a policy never become part of the question.
        foreach (var line in comment.Split(['\n', '\r'])) script._text.Append("; ").Append(string.Concat(line.Select(c => c is >= ' ' and <= '~' ? c : '?'))).Append('\n');
        if (expected is not null) script._text.Append("; expected: ").Append(expected).Append('\n');
        script._text.Append("(set-logic ALL)\n");
        var nodes = pool.Reachable(formulas);
        script.FindShared(nodes, formulas);
        script.Declare(nodes);
        script.Define(nodes);
        foreach (var formula in formulas) script._text.Append("(assert ").Append(script.Show(formula)).Append(")\n");
        script._text.Append("(check-sat)\n");
        return script._text.ToString();
    }

    private void FindShared(SortedSet<int> nodes, IReadOnlyList<Formula> formulas)
    {
        var met = new HashSet<int>();
        foreach (var part in nodes.SelectMany(node => _pool.PartsOf(node)).Concat(formulas))
            if (!met.Add(part.Node)) _shared.Add(part.Node);
    }

    private void Declare(SortedSet<int> nodes)
    {
        var variables = nodes.SelectMany(node => VariablesOf(_pool.AtomOf(node))).Distinct().OrderBy(variable => variable.Index);
        foreach (var variable in variables)
        {
            var sort = variable.Sort switch { Sort.Bool => "Bool", Sort.Int => "Int", Sort.Real => "Real", Sort.Text => "String" };
            _text.Append(CultureInfo.InvariantCulture, $"(declare-const {Name(variable)} {sort})\n");
            if (variable.Least is { } least) _text.Append(CultureInfo.InvariantCulture, $"(assert (>= {Name(variable)} {Number(least, variable.Sort)}))\n");
            if (variable.Greatest is { } greatest) _text.Append(CultureInfo.InvariantCulture, $"(assert (<= {Name(variable)} {Number(greatest, variable.Sort)}))\n");
        }
    }

    private void Define(SortedSet<int> nodes)
    {
        foreach (var node in nodes)
        {
            // Also what stands deep, so that no line nests without bound.
            if (_pool.AtomOf(node) is not null || node == 0) continue;
            if (!_shared.Contains(node) && _pool.PartsOf(node).Length < 8) continue;
            var body = Body(node, negated: false);
            _text.Append(CultureInfo.InvariantCulture, $"(define-fun ${node} () Bool {body})\n");
            _defined.Add(node);
        }
    }

    private string Show(Formula formula)
    {
        if (formula.IsTrue) return "true";
        if (formula.IsFalse) return "false";
        if (_defined.Contains(formula.Node)) return formula.IsNegated ? $"(not ${formula.Node})" : $"${formula.Node}";
        return Body(formula.Node, formula.IsNegated);
    }

    private string Body(int node, bool negated)
    {
        if (_pool.AtomOf(node) is { } atom) return negated ? $"(not {Show(atom)})" : Show(atom);
        var parts = _pool.PartsOf(node).Select(part => Show(negated ? !part : part));
        return $"({(negated ? "or" : "and")} {string.Join(' ', parts)})";
    }

    private static string Show(Atom atom) => atom switch
    {
        BoolAtom boolean => Name(boolean.Variable),
        BoundAtom bound => Show(bound),
        TextAtom { Test: TextTest.Equals } text => $"(= {Name(text.Variable)} {Text(text.Literal)})",
        TextAtom { Test: TextTest.StartsWith } text => $"(str.prefixof {Text(text.Literal)} {Name(text.Variable)})",
        TextAtom { Test: TextTest.EndsWith } text => $"(str.suffixof {Text(text.Literal)} {Name(text.Variable)})",
        TextAtom text => $"(str.contains {Name(text.Variable)} {Text(text.Literal)})",
        SameTextAtom same => $"(= {Name(same.First)} {Name(same.Second)})",
        _ => throw new InvalidOperationException($"No form for {atom}."),
    };

    /// <summary>Mixed sums are over reals; SMT-LIB converts nothing by itself.</summary>
    private static string Show(BoundAtom bound)
    {
        var sort = bound.Sum.Terms.All(term => term.Variable.Sort == Sort.Int) ? Sort.Int : Sort.Real;
        var terms = bound.Sum.Terms.Select(term =>
        {
            var name = sort == Sort.Real && term.Variable.Sort == Sort.Int ? $"(to_real {Name(term.Variable)})" : Name(term.Variable);
            return term.Factor == Rational.One ? name : $"(* {Number(term.Factor, sort)} {name})";
        }).ToList();
        var sum = terms.Count == 1 ? terms[0] : $"(+ {string.Join(' ', terms)})";
        return $"({(bound.IsStrict ? "<" : "<=")} {sum} {Number(bound.Bound, sort)})";
    }

    private static string Number(Rational value, Sort sort)
    {
        var suffix = sort == Sort.Real ? ".0" : "";
        var magnitude = value.Sign < 0 ? -value : value;
        var text = magnitude.IsInteger ? $"{magnitude.Numerator}{suffix}" : $"(/ {magnitude.Numerator}.0 {magnitude.Denominator}.0)";
        return value.Sign < 0 ? $"(- {text})" : text;
    }

    /// <summary>A quoted symbol: anything but a bar or a backslash, and the index keeps names apart.</summary>
    private static string Name(Variable variable)
    {
        var plain = string.Concat(variable.Name.Select(c => c is '|' or '\\' || c < ' ' || c > '~' ? '_' : c));
        return $"|{plain}{(plain == variable.Name ? "" : $" {variable.Index}")}|";
    }

    private static string Text(string literal)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in literal.EnumerateRunes())
        {
            if (rune.Value is '"') text.Append("\"\"");
            // SMT-LIB's characters end at 2FFFF; the two halves of a surrogate pair keep texts apart and their prefixes in place.
            else if (rune.Value > 0x2FFFF) text.Append(string.Concat(rune.ToString().Select(half => $"\\u{{{(int)half:x}}}")));
            else if (rune.Value is < 32 or > 126 or '\\') text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else text.Append((char)rune.Value);
        }

        return text.Append('"').ToString();
    }

    private static IEnumerable<Variable> VariablesOf(Atom? atom) => atom switch
    {
        BoolAtom boolean => [boolean.Variable],
        BoundAtom bound => bound.Sum.Terms.Select(term => term.Variable),
        TextAtom text => [text.Variable],
        SameTextAtom same => [same.First, same.Second],
        _ => [],
    };
}
