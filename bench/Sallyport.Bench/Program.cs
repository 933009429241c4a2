using System.Globalization;
using Sallyport.Bench;

if (args is ["schema", ..]) return SchemaContest.Run(args, Console.Out);

var rounds = Number("--rounds", 5);
var seconds = Number("--seconds", 4);
if (args.Contains("--help"))
{
    Console.WriteLine("""
        Governed refunds against their limits, all in one run on this machine.

          --rounds N    rounds; contenders take turns in each (default 5)
          --seconds N   seconds per contender and round (default 4)

        Ratios are medians over the rounds. Absolute figures depend on the machine; ratios within one run are what counts.
        """);
    return 0;
}

await using var contest = await RefundContest.StartAsync();
await contest.WarmUpAsync(TimeSpan.FromSeconds(8));
foreach (var clients in new[] { 1, 32 })
{
    var table = await contest.RunAsync(clients, rounds, TimeSpan.FromSeconds(seconds));
    Console.WriteLine($"\n{clients} client{(clients == 1 ? "" : "s")}, {rounds} rounds of {seconds} s");
    Console.WriteLine("contender                         per second    p50 ms    p99 ms    ratio to governed");
    var governed = table[0];
    foreach (var row in table)
    {
        var ratio = Measurement.MedianRatio(governed, row);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-32} {row.MedianRate,11:N0} {row.P50,9:N2} {row.P99,9:N2}    {(row == governed ? "" : $"governed = {ratio:N2} x this")}"));
    }
}

return 0;

int Number(string name, int otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
