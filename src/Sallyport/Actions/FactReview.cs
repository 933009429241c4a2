using System.Text.Json;
using Sallyport.Authorization;
using Sallyport.Contracts.Errors;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// What the facts say about a proposal, before policy: the resource's scope, eligibility, the diff. Run when it is proposed and again,
/// on fresh facts, when it is claimed.
/// </summary>
/// <param name="Refusal">Why it cannot go on.</param>
/// <param name="Diff">Before and after.</param>
internal sealed record FactReview(Refusal? Refusal, JsonElement? Diff)
{
    /// <param name="release">The release.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="input">The call with its facts.</param>
    /// <param name="scopes">Scopes of the token that proposed.</param>
    internal static FactReview Run(Release release, ToolContract contract, ExpressionInput input, IReadOnlyList<string> scopes)
    {
        if (!CoversResource(contract, input, scopes)) return new FactReview(OutOfScope(contract), null);

        foreach (var rule in contract.Rules)
        {
            if (input.Holds(rule.DenyUnless)) continue;
            return new FactReview(new Refusal(ErrorCatalogue.InvalidArguments, contract.Errors[rule.Code], ToolCode: rule.Code), null);
        }

        if (contract.Diff is null) return new FactReview(null, null);
        return contract.Diff.TryRender(input, out var diff, out var error)
            ? new FactReview(null, diff)
            : new FactReview(new Refusal(ErrorCatalogue.FactsInvalid, $"The diff of \"{contract.Name}\" ({release.Manifest.Name}) cannot be made: {error}"), null);
    }

    /// <summary>Whether the token covers the resource that the facts show; one that they do not show is covered only by an unrestricted token.</summary>
    internal static bool CoversResource(ToolContract contract, ExpressionInput input, IReadOnlyList<string> scopes) =>
        contract.Resource is null || ScopeGate.Unrestricted(scopes, contract.Scope)
        || (contract.Resource.TryRender(input, out var value, out _) && ScopeGate.CoversResource(scopes, contract.Scope, value.ToString()));

    /// <summary>The one answer for "not yours" and "not there".</summary>
    internal static Refusal OutOfScope(ToolContract contract) =>
        new(ErrorCatalogue.InsufficientScope, $"The token's {contract.Scope} scopes do not cover this resource.");
}
