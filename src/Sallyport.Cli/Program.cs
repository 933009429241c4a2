using Sallyport.Cli;

Output.Adapt();
var parsed = RootVerb.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Output.Error(error.Message);
    Output.Error("Run the command with --help to see what it takes.");
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync();
