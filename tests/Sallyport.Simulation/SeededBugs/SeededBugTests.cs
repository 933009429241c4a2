namespace Sallyport.Simulation.SeededBugs;

/// <summary>The defects are still defects of this code. Whether the suite notices them is what <c>--seeded-bugs</c> shows.</summary>
public sealed class SeededBugTests
{
    [Fact]
    public void SeededBugs_AllOfThem_StillApply()
    {
        var faults = SeededBugList.All.Select(bug => bug.Apply(Repository.Root, out var fault) is null ? fault : null).OfType<string>().ToList();

        Assert.Empty(faults);
        Assert.True(SeededBugList.All.Count >= 25, $"Only {SeededBugList.All.Count} defects.");
        Assert.Equal(SeededBugList.All.Count, SeededBugList.All.Select(bug => bug.Name).Distinct().Count());
    }
}
