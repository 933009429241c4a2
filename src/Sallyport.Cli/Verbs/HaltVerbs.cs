using System.CommandLine;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport halt</c>, <c>halts</c>, <c>resume</c>.</summary>
internal static class HaltVerbs
{
    internal static Command Halt()
    {
        var scope = new Argument<string>("scope") { Description = "agent:ID, tool:NAME, workflow:NAME or all." };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit record.", Required = true };
        return Connection.Verb("halt", "Stop an agent, tool, workflow or everything. When it returns, no new effect starts.\n\nExample: sallyport halt agent:agt_0197… --reason \"refunding in a loop\"",
            async (parsed, client, cancellation) =>
            {
                var receipt = await client.HaltAsync(new HaltCall(parsed.GetValue(scope)!, parsed.GetValue(reason)!), cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(receipt);
                else Print(receipt);
                return ExitCodes.Ok;
            }, scope, reason);
    }

    internal static Command List()
    {
        var receipt = new Option<string?>("--receipt") { Description = "A halt's id: print its signed receipt, for sallyport-verifier halt." };
        return Connection.Verb("halts", "List halts in force.\n\nExample: sallyport halts", async (parsed, client, cancellation) =>
        {
            if (parsed.GetValue(receipt) is { } id)
            {
                var found = await client.HaltReceiptAsync(id, cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(found);
                else System.Console.Out.Write(found.Signed);
                return ExitCodes.Ok;
            }

            var halts = await client.HaltsAsync(cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { halts });
            else if (halts.Count == 0) Output.Line("Nothing is halted.");
            else Output.Table(["halt", "scope", "by", "reason", "since"], halts.Select(h => (IReadOnlyList<string>)[h.Id, h.Scope, h.By, h.Reason, Output.Ago(h.At, TimeProvider.System)]));
            return ExitCodes.Ok;
        }, receipt);
    }

    internal static Command Resume()
    {
        var id = new Argument<string>("halt") { Description = "The halt's id, hlt_…" };
        return Connection.Verb("resume", "Lift a halt. What it cancelled stays cancelled; agents need new tokens.\n\nExample: sallyport resume hlt_0197…", async (parsed, client, cancellation) =>
        {
            await client.ResumeAsync(parsed.GetValue(id)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { halt_id = parsed.GetValue(id), resumed = true });
            else Output.Line($"{parsed.GetValue(id)} is lifted.");
            return ExitCodes.Ok;
        }, id);
    }

    private static void Print(HaltReceipt receipt)
    {
        Output.Line($"Halted {receipt.Scope} at {receipt.At:u} ({receipt.HaltId}); nothing new leaves since {receipt.DrainMs:0.#} ms after the call.");
        Output.Line($"  credentials void: {Names(receipt.RevokedAgents)}");
        Output.Line($"  cancelled:        {Names(receipt.Cancelled)}");
        Output.Line($"  may still land:   {Names(Attempts(receipt, stopped: false))}");
        Output.Line($"  stopped outside:  {Names(Attempts(receipt, stopped: true))}");
        Output.Line($"  servers closed:   {Names(receipt.Acknowledged)}");
        Output.Line($"  fenced by time:   {Names(receipt.FencedByTtl)}");
        Output.Line($"Lift it with: sallyport resume {receipt.HaltId}");
    }

    private static List<string> Attempts(HaltReceipt receipt, bool stopped) =>
        [.. receipt.Unresolved.Where(attempt => attempt.Stopped == stopped).Select(attempt => $"{attempt.ActionId} (attempt {attempt.Attempt})")];

    private static string Names(IReadOnlyList<string> ids) => ids.Count == 0 ? "none" : string.Join(", ", ids);
}
