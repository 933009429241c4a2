namespace Sallyport.Server.Tests.Crash;

/// <summary>A sample of the matrix that <c>crash matrix</c> runs whole: every point, every mode and every fault at least once.</summary>
[Trait("req", "AC.3")]
public sealed class CrashMatrixTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Server_DyingAtEveryNamedPoint_NeverDisagreesWithTheLedger()
    {
        var cells = CrashMatrix.Sample;
        Assert.Equal(Enum.GetValues<FaultPoint>(), cells.SelectMany(cell => cell.Deaths).Distinct().Order());
        Assert.Equal(Enum.GetValues<ConnectorMode>(), cells.Select(cell => cell.Mode).Distinct().Order());

        var results = await CrashMatrix.RunAsync(cells, (cell, violations) =>
        {
            output.WriteLine($"{cell}: {(violations.Count == 0 ? "agrees" : string.Join("; ", violations))}");
            return Task.CompletedTask;
        });

        Assert.All(results, result => Assert.True(result.Violations.Count == 0, $"{result.Cell}: {string.Join("; ", result.Violations)}"));
    }
}
