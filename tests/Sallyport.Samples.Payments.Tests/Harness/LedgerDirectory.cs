using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>A directory with a freshly seeded ledger, deleted at the end. The rows are seeded once and then copied.</summary>
internal sealed class LedgerDirectory : IDisposable
{
    private static readonly Lazy<byte[]> Seeded = new(() =>
    {
        var directory = Directory.CreateTempSubdirectory("payments-seed-");
        LedgerDatabase.Open(directory.FullName, 42, TimeProvider.System).Dispose();
        var bytes = File.ReadAllBytes(System.IO.Path.Combine(directory.FullName, "ledger.db"));
        directory.Delete(recursive: true);
        return bytes;
    });

    public LedgerDirectory(bool empty = false)
    {
        if (!empty)
            File.WriteAllBytes(System.IO.Path.Combine(Path, "ledger.db"), Seeded.Value);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("payments-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
