using Sallyport.Audit;

namespace Sallyport.Verifier.Tests;

/// <summary>Proofs that the writer makes from its tiles, checked by the reader that never saw them.</summary>
public sealed class ProofTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Proofs_OfEveryPairOfSmallTrees_VerifyAndNothingElseDoes()
    {
        var (store, tree) = await TreeAsync(40);
        var roots = new List<byte[]>();
        for (var size = 0; size <= 40; size++) roots.Add(await tree.RootAsync(size, Cancellation));
        Assert.Equal(roots.Select(Convert.ToHexString), Enumerable.Range(0, 41).Select(size => Convert.ToHexString(Rfc6962.Root(store.Leaves.Take(size).ToArray()))));
        for (var newer = 1; newer <= 40; newer++)
        {
            for (var index = 0; index < newer; index++)
            {
                var path = await tree.InclusionAsync(index, newer, Cancellation);
                Assert.True(Rfc6962.Includes(store.Leaves[index], index, newer, path, roots[newer]));
                Assert.False(Rfc6962.Includes(store.Leaves[(index + 1) % 40], index, newer, path, roots[newer]));
                Assert.False(Rfc6962.Includes(store.Leaves[index], index, newer, [.. path, roots[1]], roots[newer]));
            }

            for (var older = 0; older <= newer; older++)
            {
                var proof = await tree.ConsistencyAsync(older, newer, Cancellation);
                Assert.True(Rfc6962.IsConsistent(older, roots[older], newer, roots[newer], proof), $"{older} to {newer}");
                if (older is 0 || older == newer) continue;
                Assert.False(Rfc6962.IsConsistent(older, roots[older - 1], newer, roots[newer], proof));
                Assert.False(Rfc6962.IsConsistent(older, roots[older], newer, roots[newer], [.. proof.Skip(1)]));
            }
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(66_000)]
    public async Task Proofs_AcrossTiles_Verify(int size)
    {
        var (store, tree) = await TreeAsync(size);
        var root = await tree.RootAsync(size, Cancellation);
        Assert.Equal(Convert.ToHexString(Rfc6962.Root(store.Leaves.ToArray())), Convert.ToHexString(root));
        foreach (var index in (int[])[0, 1, 254, size / 2, size - 1])
            Assert.True(Rfc6962.Includes(store.Leaves[index], index, size, await tree.InclusionAsync(index, size, Cancellation), root));
        foreach (var older in (int[])[1, 200, 255, size / 2, size - 1, size])
            Assert.True(Rfc6962.IsConsistent(older, await tree.RootAsync(older, Cancellation), size, root, await tree.ConsistencyAsync(older, size, Cancellation)));
    }

    private static async Task<(MemoryTree Store, TreeReader Tree)> TreeAsync(int size)
    {
        var store = new MemoryTree();
        store.Add(size);
        var tree = new TreeReader(store);
        await tree.IntegrateAsync(size, Cancellation);
        return (store, tree);
    }
}
