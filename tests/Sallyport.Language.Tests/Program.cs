using Sallyport.Language.Tests;
using Sallyport.Language.Tests.Fuzzing;
using Xunit.MicrosoftTestingPlatform;

// `conformance <suite>` prints a conformance report, `fuzz` looks for broken promises; anything else goes to the test runner.
return ConformanceCommands.TryRun(args) ?? FuzzCommand.TryRun(args) ??
    await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
