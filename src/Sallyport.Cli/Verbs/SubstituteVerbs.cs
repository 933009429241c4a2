using System.CommandLine;
using System.Globalization;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport substitute</c>: who decides in whose place.</summary>
internal static class SubstituteVerbs
{
    internal static Command All()
    {
        var command = new Command("substitute", "Let somebody decide approvals in your place for a while.\n\nExample: sallyport substitute give erin --until 2027-01-08 --reason \"on leave\"");
        foreach (var verb in (Command[])[Give(), List(), End()]) command.Subcommands.Add(verb);
        return command;
    }

    private static Command Give()
    {
        var person = new Argument<string>("person") { Description = "User name of who stands in for you." };
        var until = new Option<string>("--until") { Description = "Until when: a date or a time (RFC 3339), at most 90 days from now.", Required = true };
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the audit record." };
        return Connection.Verb("give", "Give your place to somebody. They take your seat; they do not add one.\n\nExample: sallyport substitute give erin --until 2027-01-08", async (parsed, client, cancellation) =>
        {
            if (!DateTimeOffset.TryParse(parsed.GetValue(until), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
            {
                Output.Error($"\"{parsed.GetValue(until)}\" is no date; write it like 2027-01-08 or 2027-01-08T17:00:00Z.");
                return ExitCodes.Usage;
            }

            var given = await client.SubstituteAsync(new SubstituteCall(parsed.GetValue(person)!, end, parsed.GetValue(reason)), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(given);
            else Output.Line($"{given.StandIn} decides in your place until {given.EndsAt:u} ({given.Id}).");
            return ExitCodes.Ok;
        }, person, until, reason);
    }

    private static Command List() => Connection.Verb("list", "List substitutions in force.\n\nExample: sallyport substitute list", async (parsed, client, cancellation) =>
    {
        var substitutes = await client.SubstitutesAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { substitutes });
        else if (substitutes.Count == 0) Output.Line("Everybody decides for themselves.");
        else Output.Table(["substitution", "in place of", "decides", "until", "why"], substitutes.Select(item => (IReadOnlyList<string>)[item.Id, item.Of, item.StandIn, $"{item.EndsAt:u}", item.Reason ?? ""]));
        return ExitCodes.Ok;
    });

    private static Command End()
    {
        var id = new Argument<string>("substitution") { Description = "Its id, sub_…" };
        return Connection.Verb("end", "Take your place back.\n\nExample: sallyport substitute end sub_0197…", async (parsed, client, cancellation) =>
        {
            await client.EndSubstituteAsync(parsed.GetValue(id)!, cancellation);
            Output.Line("You decide for yourself again.");
            return ExitCodes.Ok;
        }, id);
    }
}
