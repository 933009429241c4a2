using System.CommandLine;
using System.Xml;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport delegate</c> and <c>sallyport delegation list|revoke</c>: people let agents act on their behalf.</summary>
internal static class DelegationVerbs
{
    internal static Command Delegate()
    {
        var agent = new Argument<string>("agent") { Description = "The agent's id." };
        var life = new Option<string>("--for") { Description = "How long, as an ISO 8601 duration from PT1M to PT24H.", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = "One of the agent's scopes, or a narrower one; may be repeated.", Required = true };
        return Connection.Verb("delegate", "Let an agent act on your behalf for a while. Prints the token that you give to the agent.\n\nExample: sallyport delegate agt_0197… --for PT1H --scope refund:issue:region=eu",
            async (parsed, client, cancellation) =>
            {
                if (Duration(parsed.GetValue(life)!) is not { } duration)
                {
                    Output.Error("--for is an ISO 8601 duration such as PT1H or PT30M.");
                    return ExitCodes.Usage;
                }

                var delegation = await client.DelegateAsync(new DelegationCall(parsed.GetValue(agent)!, parsed.GetValue(scopes)!, (int)duration.TotalSeconds), cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(delegation);
                else
                {
                    Output.Line(delegation.Token!);
                    Output.Error($"{delegation.DelegationId}: {delegation.AgentId} may act on your behalf until {delegation.ExpiresAt:u}. The token is shown only now.");
                }

                return ExitCodes.Ok;
            }, agent, life, scopes);
    }

    internal static Command Create() => new("delegation", "Your delegations to agents.") { List(), Revoke() };

    private static Command List() => Connection.Verb("list", "List your delegations in force.\n\nExample: sallyport delegation list", async (parsed, client, cancellation) =>
    {
        var delegations = await client.DelegationsAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { delegations });
        else Output.Table(["delegation", "agent", "scopes", "ends"], delegations.Select(d => (IReadOnlyList<string>)[d.DelegationId, d.AgentId, string.Join(' ', d.Scopes), d.ExpiresAt.ToString("u")]));
        return ExitCodes.Ok;
    });

    private static Command Revoke()
    {
        var id = new Argument<string>("delegation") { Description = "The delegation's id." };
        return Connection.Verb("revoke", "Take a delegation back; tokens from it are void at once.\n\nExample: sallyport delegation revoke dlg_0197…", async (parsed, client, cancellation) =>
        {
            await client.RevokeDelegationAsync(parsed.GetValue(id)!, cancellation);
            if (!parsed.GetValue(Connection.AsJson)) Output.Line($"{parsed.GetValue(id)} is revoked.");
            return ExitCodes.Ok;
        }, id);
    }

    private static TimeSpan? Duration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text) is { TotalSeconds: > 0 and < 1_000_000 } duration ? duration : null;
        }
        catch (FormatException)
        {
            return null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
