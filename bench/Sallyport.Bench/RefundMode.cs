using System.Globalization;

namespace Sallyport.Bench;

/// <summary>Governed refunds against what bounds them: the default mode.</summary>
internal static class RefundMode
{
    internal const string Help = """
        Governed refunds against their limits, all in one run on this machine.

          --rounds N    rounds; contenders take turns in each (default 5)
          --seconds N   seconds per contender and round (default 4)
        """;

    internal static async Task<int> RunAsync(Options options, TextWriter output)
    {
        var rounds = options.Number("--rounds", 5);
        var seconds = options.Number("--seconds", 4);
        await using var contest = await RefundContest.StartAsync();
        await contest.WarmUpAsync(TimeSpan.FromSeconds(8));
        foreach (var clients in new[] { 1, 32 })
        {
            var table = await contest.RunAsync(clients, rounds, TimeSpan.FromSeconds(seconds));
            output.WriteLine($"\n{clients} client{(clients == 1 ? "" : "s")}, {rounds} rounds of {seconds} s");
            output.WriteLine("contender                         per second    p50 ms    p99 ms    ratio to governed");
            var governed = table[0];
            foreach (var row in table)
            {
                var ratio = Measurement.MedianRatio(governed, row);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-32} {row.MedianRate,11:N0} {row.P50,9:N2} {row.P99,9:N2}    {(row == governed ? "" : $"governed = {ratio:N2} x this")}"));
            }
        }

        return 0;
    }
}
