using Sallyport.Audit;

namespace Sallyport.Verifier.Tests;

/// <summary>Values that others published: both implementations must give them.</summary>
public sealed class KnownValueTests
{
    /// <summary>The leaves of the Certificate Transparency test vectors.</summary>
    private static readonly byte[][] Leaves = [.. ((string[])["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]).Select(Convert.FromHexString)];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Root_OfTheCertificateTransparencyVectors_IsThePublishedOne(int size, string root)
    {
        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root(Leaves.Take(size).Select(leaf => MerkleTree.LeafHash(leaf)))));
        Assert.Equal(root, Convert.ToHexStringLower(Rfc6962.Root(Leaves.Take(size).Select(Rfc6962.LeafHash).ToArray())));
    }

    [Fact]
    public void Note_OfTheSignedNoteExample_VerifiesUnderItsPublishedKey()
    {
        // The example of the signed note format's documentation.
        const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        const string Line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        var key = NoteKey.Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        Assert.True(key.Verifies(Line, Text));
        Assert.False(key.Verifies(Line, Text.Replace("know", "see", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, 1_234_067, 256, "0/x001/x234/067")]
    [InlineData(1, 0, 17, "1/000.p/17")]
    [InlineData(null, 999, 256, "entries/999")]
    [InlineData(null, 1_000, 1, "entries/x001/000.p/1")]
    public void TilePath_OfTheSpecification_IsWrittenAndRead(int? level, long index, int width, string path)
    {
        Assert.Equal(path, new TilePath(level, index, width).ToString());
        Assert.Equal(new TilePath(level, index, width), TilePath.Parse(path));
    }

    [Theory]
    [InlineData("0/0")]
    [InlineData("00/000")]
    [InlineData("64/000")]
    [InlineData("0/x000/001")]
    [InlineData("0/001/002")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0")]
    [InlineData("entries")]
    [InlineData("data/000")]
    [InlineData("0/-01")]
    [InlineData("0/x001/x002/x003/x004/x005/006")]
    public void TilePath_WrittenOtherwise_IsNone(string path) => Assert.Null(TilePath.Parse(path));
}
