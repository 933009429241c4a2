using System.CommandLine;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport approvals</c>, <c>approve</c>, <c>deny</c>.</summary>
internal static class ApprovalVerbs
{
    private static readonly Argument<string> Id = new("approval") { Description = "The approval's id, apr_…" };

    internal static Command List() => Connection.Verb("approvals", "List what waits for a decision.\n\nExample: sallyport approvals", async (parsed, client, cancellation) =>
    {
        var approvals = await client.ApprovalsAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { approvals });
        else if (approvals.Count == 0) Output.Line("Nothing waits.");
        else Output.Table(["approval", "what", "risk", "by", "needs", "asked"], approvals.Select(a => (IReadOnlyList<string>)
            [a.Id, $"{a.Title} {a.Arguments}", a.Risk, a.Agent, string.Join("; ", a.Requirements.Select(r => $"{r.Count} of {string.Join("/", r.AnyOf)}")), Output.Ago(a.CreatedAt, TimeProvider.System)]));
        return ExitCodes.Ok;
    });

    internal static Command Approve() => Decision("approve", "Approve. Shows exactly what would be executed and asks first, unless --digest repeats the digest that you have seen.\n\nExample: sallyport approve apr_0197… --reason \"customer called\"", required: false);

    internal static Command Deny() => Decision("deny", "Deny. The action ends; the same proposal in the same task stays denied.\n\nExample: sallyport deny apr_0197… --reason \"not damaged\"", required: true);

    private static Command Decision(string name, string description, bool required)
    {
        var digest = new Option<string?>("--digest") { Description = "Digest of the statement that you have seen; then nothing is asked." };
        var reason = new Option<string?>("--reason") { Description = "Your words; kept in the audit record.", Required = required };
        return Connection.Verb(name, description, async (parsed, client, cancellation) =>
        {
            var approval = await client.ApprovalAsync(parsed.GetValue(Id)!, cancellation);
            if (parsed.GetValue(digest) is null && !Confirmed(name, approval)) return ExitCodes.Refused;
            var action = await client.DecideAsync(approval.Id, new DecisionCall(name, parsed.GetValue(digest) ?? approval.Digest, parsed.GetValue(reason)), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(action);
            else Output.Line($"{action.ActionId} is {action.State}.");
            return ExitCodes.Ok;
        }, Id, digest, reason);
    }

    private static bool Confirmed(string name, ApprovalView approval)
    {
        Output.Line($"{approval.Title} ({approval.Tool}), risk {approval.Risk}, proposed by {approval.Agent}");
        Output.Line($"Arguments: {Output.Pretty(approval.Arguments)}");
        if (approval.Diff is { } diff) Output.Line($"What changes: {Output.Pretty(diff)}");
        Output.Line($"Rests on: {Output.Pretty(approval.Facts)}");
        Output.Line($"Asked by rule {string.Join(", ", approval.Requirements.Select(r => r.Rule))}. {approval.Reversible}");
        Output.Line($"Statement: {approval.Digest}");
        System.Console.Write($"Type {name} to go on: ");
        return System.Console.ReadLine()?.Trim() == name;
    }
}
