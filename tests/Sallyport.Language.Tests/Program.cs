using Sallyport.Language.Tests;
using Xunit.MicrosoftTestingPlatform;

// `conformance <suite>` prints a conformance report; anything else goes to the test runner.
return ConformanceCommands.TryRun(args) ??
    await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
