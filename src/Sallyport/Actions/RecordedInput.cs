using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.DataGovernance;
using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>The input that an action was decided on, made again from what is recorded: arguments, bound facts, proposer, task.</summary>
internal static class RecordedInput
{
    /// <summary>What the expressions saw.</summary>
    internal static ExpressionInput Of(ActionRecord action, FactBinding binding, AgentTask task) =>
        CallInput.Create(CanonicalJson.Parse(action.Arguments), action.ProposerId, action.ProposerName, action.Owner, task)
            with { Facts = binding.Unbind(CanonicalJson.Parse(action.Facts)) };

    /// <summary>The same as people may see it: what a schema marks as sensitive, or does not know, is masked.</summary>
    internal static ExpressionInput Shown(ExpressionInput input, ToolContract contract, WorkflowManifest manifest, AgentTask task)
    {
        var source = manifest.Inputs.FirstOrDefault(known => known.Source == task.Source);
        var shownTask = new { id = task.Id, source = task.Source, input = source is null ? JsonSerializer.SerializeToElement(Redactor.Mask) : Redactor.Redact(CanonicalJson.Parse(task.Input), source.SchemaSource) };
        var facts = contract.Facts.Where(fact => input.Facts is { } all && all.TryGetProperty(fact.Name, out _))
            .ToDictionary(fact => fact.Name, fact => Redactor.Redact(input.Facts!.Value.GetProperty(fact.Name), fact.SchemaSource));
        return input with
        {
            Args = Redactor.Redact(input.Args, contract.InputSchema), Facts = JsonSerializer.SerializeToElement(facts), Task = JsonSerializer.SerializeToElement(shownTask),
        };
    }
}
