using Sallyport.Cel;

namespace Sallyport.Tools;

/// <summary>
/// One input for many programs: the JSON of a variable is read when the first program names it, and once. Reading it for every rule cost
/// far more than all rules did. For one thread at a time.
/// </summary>
internal sealed class BoundInput(ExpressionInput input)
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
            if (_bound.Add(path.Variable)) input.Bind(_activation, path.Variable);
        return program.Evaluate(_activation);
    }
}
