namespace Sallyport.Cli.Demo;

/// <summary>Tries to replace the running policy: by one that breaks a promise, and by one that gives the agent more room.</summary>
internal sealed class PolicyStory(Sandbox sandbox)
{
    private const string TwoPeople = "count: 2, any_of: [\"group:finance-leads\"]";

    internal async Task<Control> PlayAsync()
    {
        var operators = sandbox.As("otto");
        var broken = await sandbox.PublishAsync("policy.yaml", TwoPeople, TwoPeople.Replace("2", "1", StringComparison.Ordinal));
        var refusal = await DemoStory.RefusalAsync(() => operators.ActivateReleaseAsync(broken));
        var looser = await sandbox.PublishAsync("workflow.yaml", "requests_per_minute: ", "requests_per_minute: 1");
        var first = await operators.ActivateReleaseAsync(looser);
        var again = await operators.ActivateReleaseAsync(looser);
        var active = (await operators.ReleasesAsync()).Single(release => release.Active).Release;
        var held = refusal == "release_refuted" && first.Outcome == "second_person_needed" && again.Outcome == "second_person_needed" && active != broken && active != looser;
        return new Control("policy-is-proved", "A release that breaks a promise is refused, one that gives more room needs a second person", held, broken,
            $"one approver instead of two: {refusal}; a higher limit: {first.Outcome}, and for the same person again {again.Outcome}");
    }
}
