using Sallyport.Actions;
using Sallyport.Policy;
using Sallyport.Proofs.Policies;
using Sallyport.Tests.Workflows;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>The refund policy's own tests: they hold, they cover everything, and no single change of the policy gets past them.</summary>
public sealed class RefundPolicyMutationTests(ITestOutputHelper output)
{
    private static readonly Release Release = RefundBundle.Compile();

    [Fact]
    public void Tests_OfTheRefundPolicy_HoldAndCoverEverything()
    {
        var report = ReleaseTests.Run(Release);

        Assert.Empty(report.Results.Where(result => !result.Passed).Select(result => $"{result.Test.Name}: {string.Join("; ", result.Failures)}"));
        Assert.Equal((100, 100), (report.Coverage.RulePercent, report.Coverage.BranchPercent));
    }

    [Fact]
    public void Boundaries_OfTheRefundPolicy_AreAllTestedByHand()
    {
        var boundaries = ReleaseTests.Boundaries(Release, BoundaryCombination.One);

        Assert.Empty(boundaries.SelectMany(tool => tool.Unread).Select(atom => atom.Text));
        Assert.Empty(boundaries.SelectMany(tool => tool.Cases).Where(entry => entry.Test is null)
            .Select(entry => $"{entry.Tool}: {string.Join(", ", entry.Changes)}"));
    }

    /// <summary>Proofs judge the policy by what it promises, so a mutant that keeps every promise is left to the tests.</summary>
    [Fact]
    public void Mutants_ThatBreakAPromise_AreRefutedWithoutAnyTest()
    {
        var (refuted, open, kept) = (0, 0, new List<string>());
        foreach (var mutant in PolicyMutants.Of(Release))
        {
            if (BundleCompiler.Compile(mutant.Files).Release is not { } changed) continue;
            var statuses = ReleaseModels.Of(changed).Values.Select(model => PolicyAnalysis.Run(model).Status).ToList();
            if (statuses.Contains(ProofStatus.Refuted)) refuted++;
            else if (statuses.Contains(ProofStatus.Unknown)) open++;
            else kept.Add(mutant.Name);
        }

        output.WriteLine($"{refuted} mutants refuted by proofs alone, {open} undecided, {kept.Count} keep every promise:\n{string.Join("\n", kept)}");
        Assert.Equal(0, open);
        Assert.True(refuted >= 100, $"Only {refuted} mutants were refuted.");
    }

    /// <summary>Some mutants only take away a second lock: then no call gets anywhere else, and the comparison must say so.</summary>
    [Fact]
    public void Mutants_ComparedWithTheOriginal_AreEquivalentOnlyWhereEveryTestedCallIsDecidedAlike()
    {
        var before = ReleaseModels.Of(Release);
        var verdicts = new SortedDictionary<PolicyVerdict, int>();
        foreach (var mutant in PolicyMutants.Of(Release))
        {
            if (BundleCompiler.Compile(mutant.Files).Release is not { } changed) continue;
            var reports = ReleaseModels.Of(changed).Values.Select(model => PolicyComparison.Run(before[model.Tool], model).Verdict).ToList();
            if (ReleaseDifference.Loosenings(Release, changed).Any()) reports.Add(PolicyVerdict.Loosened);
            var verdict = reports.Where(one => one != PolicyVerdict.Equivalent).DefaultIfEmpty(PolicyVerdict.Equivalent).Max();
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
            if (verdict != PolicyVerdict.Equivalent) continue;
            foreach (var test in Release.Tests.Tests.Where(test => Release.Tools[test.Tool].Rules.All(rule => test.Input.Holds(rule.DenyUnless))))
            {
                var (old, now) = (ProposalDecision.Decide(Release, test.Tool, test.Input, test.Confidence), ProposalDecision.Decide(changed, test.Tool, test.Input, test.Confidence));
                Assert.True((old.Outcome, old.EscalateTo, PolicyEngine.ApprovalsNeeded(old)) == (now.Outcome, now.EscalateTo, PolicyEngine.ApprovalsNeeded(now)), $"{mutant.Name} is called equivalent, but {test.Name} is decided otherwise");
            }
        }

        output.WriteLine(string.Join(", ", verdicts.Select(pair => $"{pair.Value} {pair.Key}")));
        Assert.DoesNotContain(PolicyVerdict.Unknown, verdicts.Keys);
        Assert.True(verdicts[PolicyVerdict.Loosened] >= 100 && verdicts[PolicyVerdict.Tightened] >= 100);
    }

    [Fact, Trait("req", "A3.1"), Trait("req", "A3.2")]
    public void Mutants_EveryOneThatCompiles_TurnsATestRed()
    {
        var (killed, refused, survivors) = (0, 0, new List<string>());
        foreach (var mutant in PolicyMutants.Of(Release))
        {
            if (BundleCompiler.Compile(mutant.Files).Release is not { } changed)
            {
                refused++;
                continue;
            }

            var report = PolicyTestRun.Run(changed.Policies, Release.Tests, test => ProposalDecision.Decide(changed, test.Tool, test.Input, test.Confidence));
            if (report.Passed) survivors.Add(mutant.Name);
            else killed++;
        }

        output.WriteLine($"{killed} mutants killed of {killed + survivors.Count} that compile; {refused} do not compile.");
        Assert.Empty(survivors);
        Assert.True(killed >= 250, $"Only {killed} mutants were made.");
    }
}
