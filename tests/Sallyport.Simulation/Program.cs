using Sallyport.Simulation;
using Sallyport.Simulation.Running;
using Xunit.MicrosoftTestingPlatform;

// `--seeds N` runs worlds, `--seed N --trace` repeats one; anything else goes to the test runner.
return SeedsCommand.TryRun(args) ?? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
