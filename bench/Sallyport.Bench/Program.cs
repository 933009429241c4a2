using Sallyport.Bench;

// One entry per mode: `-- <name> [options]`. Without a name the refund contest runs.
var modes = new Dictionary<string, (string Help, Func<Options, TextWriter, Task<int>> RunAsync)>
{
    ["refund"] = (RefundMode.Help, RefundMode.RunAsync),
    ["policy"] = (PolicyMode.Help, PolicyMode.RunAsync),
};
var isNamed = args is [['-', ..], ..] or [] ? false : modes.ContainsKey(args[0]) ? true : throw new ArgumentException($"There is no mode \"{args[0]}\": {string.Join(", ", modes.Keys)}.");
var options = new Options(isNamed ? args[1..] : args);
if (!options.AskForHelp) return await modes[isNamed ? args[0] : "refund"].RunAsync(options, Console.Out);
foreach (var (name, (help, _)) in modes.Where(mode => !isNamed || mode.Key == args[0])) Console.WriteLine($"{name}\n\n{help}\n");
Console.WriteLine("Ratios are medians over the rounds. Absolute figures depend on the machine; ratios within one run are what counts.");
return 0;
