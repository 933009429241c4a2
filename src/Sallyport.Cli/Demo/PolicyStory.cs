using Sallyport.Client;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Cli.Demo;

/// <summary>Tries to replace the running policy: by one that breaks a promise, and by one that gives the agent more room.</summary>
internal sealed class PolicyStory(Sandbox sandbox, string bundle)
{
    private const string TwoPeople = "count: 2, any_of: [\"group:finance-leads\"]";

    internal async Task<Control> PlayAsync()
    {
        var operators = sandbox.As("otto");
        var broken = await PublishAsync(operators, "policy.yaml", TwoPeople, TwoPeople.Replace("2", "1", StringComparison.Ordinal));
        var refusal = await DemoStory.RefusalAsync(() => operators.ActivateReleaseAsync(broken));
        var looser = await PublishAsync(operators, "workflow.yaml", "requests_per_minute: ", "requests_per_minute: 1");
        var first = await operators.ActivateReleaseAsync(looser);
        var again = await operators.ActivateReleaseAsync(looser);
        var active = (await operators.ReleasesAsync()).Single(release => release.Active).Release;
        var held = refusal == "release_refuted" && first.Outcome == "second_person_needed" && again.Outcome == "second_person_needed" && active != broken && active != looser;
        return new Control("policy-is-proved", "A release that breaks a promise is refused, one that gives more room needs a second person", held, broken,
            $"one approver instead of two: {refusal}; a higher limit: {first.Outcome}, and for the same person again {again.Outcome}");
    }

    private async Task<string> PublishAsync(PeopleClient client, string file, string find, string replace)
    {
        var faults = new List<BundleFault>();
        var files = (BundleFiles.Read(bundle, faults) ?? throw new InvalidOperationException(faults[0].ToString())).Texts.ToDictionary();
        if (!files[file].Contains(find, StringComparison.Ordinal)) throw new InvalidOperationException($"{file} does not say {find}.");
        files[file] = files[file].Replace(find, replace, StringComparison.Ordinal);
        return (await client.PublishReleaseAsync(new ReleaseCall(files))).Release;
    }
}
