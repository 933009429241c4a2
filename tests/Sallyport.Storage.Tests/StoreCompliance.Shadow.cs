namespace Sallyport.Storage.Tests;

/// <content>Shadow runs, and reading actions page by page.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Shadow_OfAWorkflow_RunsOnceAtATimeWithALeafForEachStep()
    {
        var leaves = await LeavesAsync();

        Assert.True(await Store.Releases.StartShadowAsync("refund", "sha256:r1", Leaf("shadow.started", "person:usr_1"), Cancellation));
        Assert.False(await Store.Releases.StartShadowAsync("refund", "sha256:r2", Leaf("shadow.started"), Cancellation));
        Assert.True(await Store.Releases.StartShadowAsync("access", "sha256:r3", Leaf("shadow.started"), Cancellation));
        await AcceptedAsync();
        Assert.True(await Store.Releases.StopShadowAsync("refund", Leaf("shadow.stopped"), Cancellation));
        Assert.False(await Store.Releases.StopShadowAsync("refund", Leaf("shadow.stopped"), Cancellation));

        Assert.Equal(leaves + 4, await LeavesAsync());
        await ReopenAsync();
        var runs = await Store.Releases.ShadowsAsync(Cancellation);
        Assert.Equal([("access", "sha256:r3", leaves + 1, (long?)null), ("refund", "sha256:r1", leaves, leaves + 3)], runs.Select(run => (run.Workflow, run.Release, run.FirstEntry, run.LastEntry)));
        Assert.Equal(("person:usr_1", true), (runs[1].StartedBy, runs[1].StoppedAt is not null));
        Assert.True(await Store.Releases.StartShadowAsync("refund", "sha256:r2", Leaf("shadow.started"), Cancellation));
        Assert.Equal(("sha256:r2", leaves + 4, (long?)null), (await Store.Releases.ShadowsAsync(Cancellation)).Where(run => run.Workflow == "refund").Select(run => (run.Release, run.FirstEntry, run.LastEntry)).Single());
    }

    [Fact]
    public async Task Since_PageByPage_GivesEveryActionOfTheWorkflowOnceOldestFirst()
    {
        await AcceptedAsync();
        Time.Advance(TimeSpan.FromHours(1));
        var since = Time.GetUtcNow();
        var expected = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            expected.Add((await AcceptedAsync()).Id);
            // Some share their moment, so that a page can end between them.
            if (i % 3 == 0) Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var (found, page) = (new List<string>(), await Actions.SinceAsync(Tenant, "refund", since, null, 3, Cancellation));
        while (page.Count > 0)
        {
            found.AddRange(page.Select(action => action.Id));
            page = await Actions.SinceAsync(Tenant, "refund", since, page[^1], 3, Cancellation);
        }

        Assert.Equal(expected, found);
        Assert.Empty(await Actions.SinceAsync(Tenant, "access", since, null, 3, Cancellation));
        Assert.Empty(await Actions.SinceAsync("another", "refund", since, null, 3, Cancellation));
    }
}
