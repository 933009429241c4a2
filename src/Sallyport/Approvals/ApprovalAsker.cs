using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>
/// Puts pending approvals to people: records who is eligible and why, first when an action becomes pending, again for every circle that
/// waiting brings in. The entry is what notifications follow; it is also the proof of who was asked.
/// </summary>
public sealed class ApprovalAsker(IApprovalStore approvals, IIdentityStore people, ApproverRoll.Reader rolls, TimeProvider time)
{
    /// <summary>Kind of the entry: <c>asked</c> maps user ids to the names of the requirement that made them eligible.</summary>
    public const string Kind = "approval.asked";

    private const int AtOnce = 100;
    private const int MostListed = 200;
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(30);

    /// <summary>Asks about everything that is due; returns how many entries were made.</summary>
    public async Task<int> AskDueAsync(CancellationToken cancellation)
    {
        var made = 0;
        foreach (var due in await approvals.DueAsksAsync(time.Now(), AtOnce, cancellation))
            if (await AskAsync(due, await rolls.ReadAsync(due.Action, cancellation), cancellation)) made++;
        return made;
    }

    /// <summary>Records who is eligible before somebody answers, where the answer comes sooner than the worker did.</summary>
    /// <param name="action">The action.</param>
    /// <param name="roll">The roll that the answer was held against: what is recorded is what counted, and no directory is asked twice.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public Task EnsureAskedAsync(ActionRecord action, ApproverRoll roll, CancellationToken cancellation) => AskAsync(new DueAsk(action, null), roll, cancellation);

    private async Task<bool> AskAsync(DueAsk due, ApproverRoll roll, CancellationToken cancellation)
    {
        var action = due.Action;
        var now = time.Now();
        var after = new ApprovalAsk(ApproverRoll.CircleOf(action, now), roll.Unavailable.Count == 0);
        // A directory that was down and is up again, or a further circle, is news; a directory that is still down is not.
        var isNews = due.Asked is null || after.Circle > due.Asked.Circle || (after.IsSettled && !due.Asked.IsSettled);
        var next = ApproverRoll.NextCircleAt(action, now);
        if (!after.IsSettled && (next is null || next > now + RetryUnavailable)) next = now + RetryUnavailable;
        var leaf = isNews ? Entry(action, after, roll, await people.PeopleAsync(action.Tenant, cancellation)) : null;
        return await approvals.AskAsync(action, due.Asked, after, next, leaf, cancellation) && isNews;
    }

    private static AuditDraft Entry(ActionRecord action, ApprovalAsk ask, ApproverRoll roll, IReadOnlyList<HumanPrincipal> everyone)
    {
        // Named, but without the right to decide or locked: not asked, and not counted as one who could have answered.
        var eligible = everyone.Where(person => !person.IsLocked && person.Has(HumanPrincipal.Approver)).Select(person => (person.UserId, Evidence: roll.Evidence(person))).Where(entry => entry.Evidence.Count > 0).ToList();
        var asked = new JsonObject();
        foreach (var (userId, evidence) in eligible.Take(MostListed)) asked[userId] = new JsonArray([.. evidence.Select(entry => entry.Who).Distinct().Select(who => JsonValue.Create(who))]);
        var fields = new JsonObject
        {
            ["approval"] = action.ApprovalId, ["round"] = action.Round, ["tier"] = ask.Circle, ["tool"] = action.Tool, ["statement"] = action.StatementDigest,
            ["expires_at"] = AuditEntry.Timestamp(action.ExpiresAt), ["asked"] = asked, ["eligible"] = eligible.Count,
        };
        if (action.OnBehalfOf is { } principal) fields["on_behalf_of"] = principal;
        var places = eligible.SelectMany(entry => entry.Evidence.Where(evidence => evidence.InPlaceOf is not null).Select(evidence => (entry.UserId, evidence.InPlaceOf))).Distinct().ToList();
        if (places.Count > 0) fields["in_place_of"] = new JsonArray([.. places.Take(MostListed).Select(place => new JsonObject { ["user_id"] = place.UserId, ["seat"] = place.InPlaceOf })]);
        if (roll.Unavailable.Count > 0) fields["unavailable"] = new JsonArray([.. roll.Unavailable.Keys.Order(StringComparer.Ordinal).Select(who => JsonValue.Create(who))]);
        return new AuditDraft(Kind, "system", action.Id, action.TaskId, action.TraceId) { Fields = fields, Correlations = [action.ApprovalId!] };
    }
}
