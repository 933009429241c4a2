using Sallyport.Server.Tests.Support;
using Sallyport.Workflows;

namespace Sallyport.Server.Tests.Policy;

/// <summary>The refund bundle with a change, as it is sent to the server.</summary>
internal static class Bundles
{
    /// <summary>Text replaced in a file; fails when the text is not there.</summary>
    internal static Dictionary<string, string> With(params (string File, string Find, string Replace)[] changes)
    {
        var files = BundleFiles.Read(Repository.RefundBundle, [])!.Texts.ToDictionary();
        foreach (var (file, find, replace) in changes)
        {
            Assert.Contains(find, files[file], StringComparison.Ordinal);
            files[file] = files[file].Replace(find, replace, StringComparison.Ordinal);
        }

        return files;
    }

    /// <summary>The bundle without its tests, with changes: a candidate that its own tests would not let pass.</summary>
    internal static Dictionary<string, string> Candidate(params (string File, string Find, string Replace)[] changes)
    {
        var files = With();
        files["policy.yaml"] = files["policy.yaml"].Split("# What a test starts from.")[0];
        foreach (var (file, find, replace) in changes)
        {
            Assert.Contains(find, files[file], StringComparison.Ordinal);
            files[file] = files[file].Replace(find, replace, StringComparison.Ordinal);
        }

        return files;
    }

    /// <summary>A candidate that pays up to 75.00 at once.</summary>
    internal static Dictionary<string, string> Looser() => Candidate(
        ("policy.yaml", "args.amount_minor <= 5000 &&", "args.amount_minor <= 7500 &&"), ("policy.yaml", "args.amount_minor > 5000 && args", "args.amount_minor > 7500 && args"),
        ("policy.yaml", "decision == 'auto' && args.amount_minor > 5000", "decision == 'auto' && args.amount_minor > 7500"),
        ("workflow.yaml", "when: \"args.amount_minor > 5000\"", "when: \"args.amount_minor > 7500\""));

    /// <summary>A candidate that asks a person from 10.00 on.</summary>
    internal static Dictionary<string, string> Tighter() => Candidate(
        ("policy.yaml", "args.amount_minor <= 5000 &&", "args.amount_minor <= 1000 &&"), ("policy.yaml", "args.amount_minor > 5000 && args", "args.amount_minor > 1000 && args"));
}
