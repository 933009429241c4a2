using Sallyport.Identity;
using Sallyport.Storage.Sqlite;
using Sallyport.Testing;

namespace Sallyport.Storage.Tests;

/// <summary>Where a period begins in the log.</summary>
public sealed class ReportStoreTests
{
    [Fact]
    public async Task Leaves_SinceAMoment_BeginExactlyThereAndGoOnPageByPage()
    {
        var (time, folder, cancel) = (new ManualTimeProvider(), Directory.CreateTempSubdirectory("sallyport-reports-").FullName, TestContext.Current.CancellationToken);
        var store = await SqliteStore.OpenAsync(Path.Combine(folder, "sallyport.db"), new IdSource(time, IdSource.SystemRandom), time);
        try
        {
            Assert.Empty(await store.Reports.LeavesAsync("default", time.Now(), -1, 10, cancel));
            for (var i = 0; i < 9; i++)
            {
                // Three entries at each moment: a boundary must not fall between them.
                await store.Audit.AppendAsync(i % 2 == 0 ? "default" : "other", new Audit.AuditDraft("entry", "system"), cancel);
                if (i % 3 == 2) time.Advance(TimeSpan.FromMinutes(1));
            }

            var second = time.Now() - TimeSpan.FromMinutes(2);
            Assert.Equal([4L, 6L, 8L], (await store.Reports.LeavesAsync("default", second, -1, 10, cancel)).Select(leaf => leaf.Index));
            Assert.Equal([6L], (await store.Reports.LeavesAsync("default", second, 4, 1, cancel)).Select(leaf => leaf.Index));
            Assert.Equal(6, await store.Reports.CountSinceAsync(second, cancel));
            Assert.Equal(0, await store.Reports.CountSinceAsync(time.Now() + TimeSpan.FromDays(1), cancel));
            Assert.Equal(second, await store.Reports.TimeOfNewestAsync(6, cancel));
        }
        finally
        {
            await store.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
