using Sallyport.Cel;

namespace Sallyport.Tools;

/// <summary>
/// One input for many programs: the JSON of a variable is read when the first program names it, and once. Reading it for every rule cost
/// far more than all rules did. For one thread at a time.
/// </summary>
/// <param name="input">The values.</param>
/// <param name="basis">What has read some of them already; null if nothing has.</param>
internal sealed class BoundInput(ExpressionInput input, BoundInput? basis = null)
{
    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);
    private CelActivation? _activation;
    private CelEnvironment? _environment;

    internal CelValue Evaluate(CelProgram program)
    {
        if (_activation is null || !ReferenceEquals(_environment, program.Environment))
        {
            _environment = program.Environment;
            _activation = program.Environment.NewActivation();
            _bound.Clear();
        }

        foreach (var path in program.References)
            if (_bound.Add(path.Variable) && basis?.TryLend(path.Variable, _activation) is not true) input.Bind(_activation, path.Variable);
        return program.Evaluate(_activation);
    }

    private bool TryLend(string variable, CelActivation activation) =>
        _activation is not null && _bound.Contains(variable) && activation.TryCopy(variable, _activation);
}
