using Sallyport.Workflows;

namespace Sallyport.Storage.Tests;

/// <content>Stored releases.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Publish_OfARelease_StoresItOnceWithOneLeafAndLeavesTheActiveOneAlone()
    {
        await Store.Releases.ActivateAsync(Bundle("sha256:r1", active: true), null, null, Leaf("release.activated"), Cancellation);
        var leaves = await LeavesAsync();
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await Store.Releases.PublishAsync(Bundle("sha256:r2"), Leaf("release.published", "person:usr_1"), Cancellation));
        Assert.False(await Store.Releases.PublishAsync(Bundle("sha256:r2"), Leaf("release.published", "person:usr_2"), Cancellation));
        Assert.False(await Store.Releases.PublishAsync(Bundle("sha256:r1"), Leaf("release.published"), Cancellation));

        Assert.Equal(leaves + 1, await LeavesAsync());
        Assert.Equal("sha256:r1", Assert.Single(await Store.Releases.ActiveAsync(Cancellation)).Hash);
        Assert.Equal(
            [("sha256:r2", "2.0.0", false, "person:usr_1", false), ("sha256:r1", "2.0.0", true, "system", true)],
            (await Store.Releases.HeadsAsync(10, Cancellation)).Select(head => (head.Hash, head.Version, head.Active, head.PublishedBy, head.ActivatedAt is not null)));
    }

    [Fact]
    public async Task Activate_OfAPublishedRelease_KeepsWhoPublishedIt()
    {
        await Store.Releases.PublishAsync(Bundle("sha256:r1"), Leaf("release.published", "person:usr_1"), Cancellation);
        var published = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMinutes(1));

        await Store.Releases.ActivateAsync(Bundle("sha256:r1", active: true), null, null, Leaf("release.activated"), Cancellation);

        var head = (await Store.Releases.HeadAsync("sha256:r1", Cancellation))!;
        Assert.Equal((true, "person:usr_1", published, published.AddMinutes(1)), (head.Active, head.PublishedBy, head.PublishedAt, head.ActivatedAt!.Value));
        Assert.Null(await Store.Releases.HeadAsync("sha256:r9", Cancellation));
    }

    [Fact]
    public async Task Activate_InsteadOfAReleaseThatIsNotActive_ChangesNothing()
    {
        Assert.True(await Store.Releases.ActivateAsync(Bundle("sha256:r1"), null, "{}", Leaf("release.activated"), Cancellation));
        var leaves = await LeavesAsync();

        Assert.False(await Store.Releases.ActivateAsync(Bundle("sha256:r2"), null, "{}", Leaf("release.activated"), Cancellation));
        Assert.False(await Store.Releases.ActivateAsync(Bundle("sha256:r2"), "sha256:r9", "{}", Leaf("release.activated"), Cancellation));
        Assert.Null(await Store.Releases.RequestActivationAsync("sha256:r2", "sha256:r9", Leaf("release.activation_requested", "person:usr_1"), Cancellation));

        Assert.Equal(leaves, await LeavesAsync());
        Assert.Equal("sha256:r1", Assert.Single(await Store.Releases.ActiveAsync(Cancellation)).Hash);
    }

    [Fact]
    public async Task RequestActivation_OfSeveralPeople_CountsEachOnceAndIsSpentByTheActivation()
    {
        await Store.Releases.ActivateAsync(Bundle("sha256:r1"), null, "{}", Leaf("release.activated"), Cancellation);
        var leaves = await LeavesAsync();
        Assert.Equal(["person:usr_1"], await Store.Releases.RequestActivationAsync("sha256:r2", "sha256:r1", Leaf("release.activation_requested", "person:usr_1"), Cancellation));
        Assert.Equal(["person:usr_1"], await Store.Releases.RequestActivationAsync("sha256:r2", "sha256:r1", Leaf("release.activation_requested", "person:usr_1"), Cancellation));
        Assert.Equal(leaves + 1, await LeavesAsync());
        Assert.Equal(2, (await Store.Releases.RequestActivationAsync("sha256:r2", "sha256:r1", Leaf("release.activation_requested", "person:usr_2"), Cancellation))!.Count);

        Assert.True(await Store.Releases.ActivateAsync(Bundle("sha256:r2"), "sha256:r1", """{"claims":[]}""", Leaf("release.activated"), Cancellation));
        Assert.Equal("""{"claims":[]}""", await Store.Releases.ProofAsync("sha256:r2", Cancellation));
        Assert.True(await Store.Releases.ActivateAsync(Bundle("sha256:r1"), "sha256:r2", "{}", Leaf("release.activated"), Cancellation));
        // What was asked for once does not count when the same release is to be replaced again.
        Assert.Equal(["person:usr_3"], await Store.Releases.RequestActivationAsync("sha256:r2", "sha256:r1", Leaf("release.activation_requested", "person:usr_3"), Cancellation));
    }

    private static StoredRelease Bundle(string hash, bool active = false, string workflow = "refund") =>
        new(hash, workflow, new Dictionary<string, string> { ["workflow.yaml"] = "name: " + hash }, active, "2.0.0");
}
