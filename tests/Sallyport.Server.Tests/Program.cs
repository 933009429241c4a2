using Sallyport.Server.Tests;
using Sallyport.Server.Tests.Browser;
using Sallyport.Server.Tests.Crash;
using Sallyport.Server.Tests.Mcp.Conformance;
using Xunit.MicrosoftTestingPlatform;

// `conformance mcp` prints the report of the official MCP suite, `crash …` that of a fault matrix; `crash-host` is the server that a matrix
// kills. `screenshots DIR` writes pictures of the console. Anything else goes to the test runner.
return args switch
{
    ["conformance", "mcp"] => await ConformanceReport.PrintAsync(Console.Out),
    ["crash", "matrix", .. var only] => await CrashMatrix.PrintAsync(Console.Out, only),
    ["crash", "syscalls", .. var only] => await SyscallMatrix.PrintAsync(Console.Out, only),
    ["screenshots", var folder, .. var only] => await Screenshots.WriteAsync(folder, only),
    ["crash-host", .. var host] => await CrashHost.RunAsync(host),
    _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
