using System.CommandLine;
using System.CommandLine.Help;
using Sallyport.Cli;
using Sallyport.Cli.Verbs;

// A plain command, so that help says "sallyport" and not the name of the assembly.
var root = new Command("sallyport", "Sallyport: the two-door gate for AI agents. Agents propose; policy and people decide; the server acts once.")
{
    ServeVerb.Create(), DemoVerb.Create(), InitVerb.Create(), CheckVerb.Create(), DocsVerb.Create(),
    LoginVerb.Create(), LogoutVerb.Create(), PersonVerbs.Create(), AgentVerbs.Create(),
    ApprovalVerbs.List(), ApprovalVerbs.Approve(), ApprovalVerbs.Deny(),
    HaltVerbs.Halt(), HaltVerbs.List(), HaltVerbs.Resume(), ActionVerbs.Create(), ChainVerb.Create(), AuditVerbs.Create(),
    new HelpOption(), new VersionOption(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
    await Console.Error.WriteLineAsync("Run the command with --help to see what it takes.");
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync();
