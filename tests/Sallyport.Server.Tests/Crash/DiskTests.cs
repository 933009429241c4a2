using System.Diagnostics;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The disk of the store fills up.</summary>
[Collection(CrashCollection.Name)]
[Trait("req", "AC.3")]
public sealed class DiskTests(CrashFixture fixture) : IAsyncLifetime
{
    private readonly string _mount = Directory.CreateTempSubdirectory("sallyport-disk-").FullName;
    private bool _isMounted;

    public async ValueTask InitializeAsync() => _isMounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", _mount);

    public async ValueTask DisposeAsync()
    {
        if (_isMounted) await RunAsync("umount", _mount);
        Directory.Delete(_mount);
    }

    [Fact]
    public async Task Disk_Full_StopsTheServer_AndTheBreakGlassStillWorks()
    {
        if (!_isMounted) Assert.Skip("A small file system cannot be mounted here (that takes root).");
        var (folder, gate, calls, oracle) = await fixture.CopyAsync(Path.Combine(_mount, "server"));
        await using var _ = gate;
        await gate.StartAsync();
        var paid = (await calls.RefundAsync("room"))!.MustBe(200, "succeeded");

        Fill();
        // The server itself writes twice a second; whoever asks meanwhile is refused or not answered.
        var refused = await calls.RefundAsync("full", amount: 9);
        var exit = await gate.ExitAsync(TimeSpan.FromSeconds(20));

        Assert.True(exit is > 0, $"exit {exit}: {string.Join(" | ", gate.Complaints.TakeLast(5))}");
        Assert.True(refused is null or { Status: 503 }, refused?.Text);
        Assert.Single(await oracle.LedgerAsync());

        // On the full disk the stop can be pulled; the next server finds it.
        await CommandLine.RunAsync(["break-glass", "--data", folder, "--reason", "the disk is full", "--wait", "0"]);
        Assert.True(File.Exists(Path.Combine(folder, "break-glass")));
        File.Delete(Path.Combine(_mount, "filler"));
        await gate.KillAsync();
        await gate.StartAsync();
        var stopped = await calls.RefundAsync("stopped", amount: 10);
        Assert.True(stopped!.Status is 202 or 503, stopped.Text);
        Assert.Single(await oracle.LedgerAsync());

        File.Delete(Path.Combine(folder, "break-glass"));
        await oracle.SettleAsync();
        Assert.Empty(await oracle.ViolationsAsync(new Dictionary<string, string> { [paid.ActionId] = "succeeded" }));
    }

    private void Fill()
    {
        using var filler = new FileStream(Path.Combine(_mount, "filler"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12])
        {
            var block = new byte[size];
            try
            {
                while (true) filler.Write(block);
            }
            catch (IOException)
            {
                // No room for a block of this size; the smaller ones fill the rest.
                filler.Seek(0, SeekOrigin.End);
            }
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
