namespace Sallyport.Server.Tests.Crash;

/// <summary>A few cells of what <c>crash syscalls</c> runs whole.</summary>
[Collection(CrashCollection.Name)]
[Trait("req", "AC.3")]
public sealed class SyscallTests(CrashFixture fixture)
{
    [Theory]
    [InlineData("fdatasync", "signal=KILL", "5", true)]
    [InlineData("pwrite64", "signal=KILL", "20", true)]
    [InlineData("sendto", "signal=KILL", "4", false)]
    [InlineData("recvfrom", "signal=KILL", "4", false)]
    [InlineData("fdatasync", "error=EIO", "4", true)]
    [InlineData("pwrite64", "error=EIO", "15", true)]
    [InlineData("pwrite64", "error=ENOSPC", "15+", true)]
    public async Task Server_WhoseCallDoesNotReturn_StopsAndRecovers(string call, string tamper, string when, bool ofStore)
    {
        if (Strace.Program is null) Assert.Skip("strace is not installed (apt-get install strace).");
        var cell = new SyscallCell(call, tamper, when, ofStore);

        var (reached, violations) = await cell.RunAsync(fixture.Base);

        Assert.True(violations.Count == 0, $"{cell}: {string.Join("; ", violations)}");
        Assert.True(reached, $"{cell} was not reached");
    }
}
