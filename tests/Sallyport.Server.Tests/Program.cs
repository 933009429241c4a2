using Sallyport.Server.Tests;
using Sallyport.Server.Tests.Mcp.Conformance;
using Xunit.MicrosoftTestingPlatform;

// `conformance mcp` prints the report of the official MCP suite; anything else goes to the test runner.
if (args is ["conformance", "mcp"]) return await ConformanceReport.PrintAsync(Console.Out);
return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
