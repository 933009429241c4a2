using Sallyport.Simulation;
using Sallyport.Simulation.Running;
using Sallyport.Simulation.SeededBugs;
using Xunit.MicrosoftTestingPlatform;

// `--seeds N` runs worlds, `--seed N --trace` repeats one, `--seeded-bugs` puts defects into a copy; anything else goes to the test runner.
return SeedsCommand.TryRun(args) ?? SeededBugsCommand.TryRun(args) ?? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
