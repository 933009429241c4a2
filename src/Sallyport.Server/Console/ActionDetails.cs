using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Console.Views;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Reporting;
using Sallyport.Server.Approvals;
using Sallyport.Server.Audit;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>Everything that the page of one action shows.</summary>
internal sealed class ActionDetails(
    IActionStore store, IReportStore reports, IAuditStore audit, ReleaseRegistry releases, ActionLines lines, DecisionRights rights, ActorNames names, Signing signing, TimeProvider time)
{
    private const int MostSteps = 500;
    private const int MostPast = 200;
    private const int ShownPast = 4;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(90);

    internal async Task<ActionDetail> MakeAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation)
    {
        var release = await releases.FindAsync(action.Release, cancellation);
        var answers = await store.DecisionsAsync(action.Tenant, action.Id, cancellation);
        var chain = await audit.ChainAsync(action.Tenant, action.Id, MostSteps, cancellation);
        var right = await rights.OfAsync(action, person, cancellation);
        var (past, approved, denied) = await PastAsync(action, cancellation);
        return new ActionDetail(
            await lines.LineAsync(action, cancellation), await ApprovalViews.MakeAsync(action, store, releases, cancellation),
            action.ProposerId.StartsWith("agt_", StringComparison.Ordinal) ? action.ProposerId : null, action.Rule, ActionLines.Says(release, action.Tool, action.Rule), WireName.Of(action.Decision),
            [.. action.Requirements.Select(need => new RuleNeed(need.Rule, ActionLines.Says(release, action.Tool, need.Rule), need.AnyOf, need.Exclude, need.Count, ActionLines.Given(action, need.Rule, answers), WireName.Of(need.StepUp), [.. need.Then.Select(tier => new ApproverTierView((int)tier.After.TotalSeconds, tier.AnyOf))]))],
            FactsReadAt(action, chain), action.TraceId, action.IdempotencyKey, action.Confidence, action.Release, action.Attempt, action.UpdatedAt)
        {
            MayDecide = right.MayDecide,
            WhyNot = right.WhyNot,
            StepUp = right.MayDecide ? await StepUpAsync(action, person, cancellation) : null,
            Result = action.Result is { } result ? CanonicalJson.Parse(result) : null,
            ErrorCode = action.ErrorCode,
            ErrorDetail = action.ErrorDetail,
            Compensates = action.Compensates,
            SameRule = past,
            SameRuleCounts = (approved, denied),
            SameResource = await lines.LinesAsync(await reports.SameResourceAsync(action, ShownPast, cancellation), cancellation),
            Names = await names.OfAsync(action.Tenant, cancellation),
            Steps = [.. chain.Select(AuditEndpoints.Step)],
        };
    }

    private async Task<StepUpDetail?> StepUpAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation) =>
        await signing.ViewAsync(action, person, cancellation) is { } view && view.StepUp != WireName.Of(StepUp.None)
            ? new StepUpDetail(view.StepUp == WireName.Of(StepUp.Passkey), StepUpCheck.IsFresh(person, time.Now()), view) : null;

    /// <summary>A round is asked on facts read at its beginning: at acceptance, or when the round before was void.</summary>
    private static DateTimeOffset FactsReadAt(ActionRecord action, IReadOnlyList<StoredEntry> chain) =>
        chain.LastOrDefault(entry => entry.ActionId == action.Id && entry.Kind is "action.accepted" or "approval.voided")?.At ?? action.CreatedAt;

    private async Task<(IReadOnlyList<PastDecision> Shown, int Approved, int Denied)> PastAsync(ActionRecord action, CancellationToken cancellation)
    {
        var (shown, approved, denied) = (new List<PastDecision>(), 0, 0);
        foreach (var past in await reports.SameRuleAsync(action, time.Now() - Lately, MostPast, cancellation))
        {
            if (Answer(past) is not { } yes) continue;
            if (yes) approved++;
            else denied++;
            if (shown.Count == ShownPast) continue;
            var answers = await store.DecisionsAsync(past.Tenant, past.Id, cancellation);
            if (answers.LastOrDefault(answer => answer.Approve == yes) is { } last)
                shown.Add(new PastDecision(await lines.LineAsync(past, cancellation), yes, last.Username, last.Reason));
        }

        return (shown, approved, denied);
    }

    /// <summary>What people said in the end; null where they had not finished saying it.</summary>
    private static bool? Answer(ActionRecord past) => past.State switch
    {
        ActionState.Denied => past.ErrorCode == ErrorCatalogue.DeniedByPerson.Code ? false : null,
        ActionState.Approved or ActionState.Dispatching or ActionState.Unknown or ActionState.Succeeded or ActionState.Failed => true,
        ActionState.Pending or ActionState.Expired or ActionState.Cancelled or ActionState.Escalated or ActionState.Drafted => null,
    };
}
