using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;

namespace Sallyport.Tools;

/// <summary>The values that expressions of one call see. Absent members are unset variables: naming one is an evaluation error.</summary>
/// <param name="Args">The arguments.</param>
/// <param name="Agent"><c>{id, name, owner}</c>.</param>
/// <param name="Task"><c>{id, source, input}</c>.</param>
/// <param name="Facts">Facts by name.</param>
/// <param name="Action"><c>{id, attempt}</c>.</param>
/// <param name="Probe">Answer of a status probe.</param>
/// <param name="Result">Result of the effect.</param>
/// <param name="Decision">The decision, for invariants.</param>
/// <param name="Approvals">How many distinct people must approve, for invariants.</param>
public sealed record ExpressionInput(
    JsonElement Args,
    JsonElement Agent,
    JsonElement Task,
    JsonElement? Facts = null,
    JsonElement? Action = null,
    JsonElement? Probe = null,
    JsonElement? Result = null,
    string? Decision = null,
    int? Approvals = null)
{
    /// <summary>Evaluates one program with the variables that it names.</summary>
    public CelValue Evaluate(CelProgram program) => new BoundInput(this).Evaluate(program);

    /// <summary>Evaluates one part of a program that stands outside every macro, for explanations and coverage.</summary>
    public CelValue Evaluate(CelProgram program, CelExpr part)
    {
        var activation = program.Environment.NewActivation();
        foreach (var variable in program.Environment.Variables) Bind(activation, variable.Name);
        return program.Evaluate(part, activation);
    }

    /// <summary>True only when the condition is the boolean true; an error or another type is false.</summary>
    public bool Holds(CelProgram condition) => Evaluate(condition).IsTrue;

    /// <summary>Reads the JSON of one variable into an activation whose environment declares it.</summary>
    internal void Bind(CelActivation activation, string name)
    {
        switch (name)
        {
            case "args": activation.Set(name, Args); break;
            case "agent": activation.Set(name, Agent); break;
            case "task": activation.Set(name, Task); break;
            case "facts" when Facts is { } facts: activation.Set(name, facts); break;
            case "action" when Action is { } action: activation.Set(name, action); break;
            case "probe" when Probe is { } probe: activation.Set(name, probe); break;
            case "result" when Result is { } result: activation.Set(name, result); break;
            case "decision" when Decision is { } decision: activation.Set(name, JsonSerializer.SerializeToElement(decision)); break;
            case "approvals" when Approvals is { } approvals: activation.Set(name, JsonSerializer.SerializeToElement(approvals)); break;
            default: break; // Left unset: naming it is an evaluation error, which every caller treats as "no".
        }
    }
}
