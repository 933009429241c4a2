using Sallyport.Bench;

// One entry per mode: `-- <name> [options]`. Without a name the refund contest runs.
var modes = new Dictionary<string, (string Help, Func<Options, TextWriter, Task<int>> RunAsync)>
{
    ["refund"] = (RefundMode.Help, RefundMode.RunAsync),
    ["policy"] = (PolicyMode.Help, PolicyMode.RunAsync),
    ["schema"] = (SchemaMode.Help, SchemaMode.RunAsync),
    ["kill"] = (KillMode.Help, KillMode.RunAsync),
    ["proofs"] = (ProofsMode.Help, ProofsMode.RunAsync),
};
var isNamed = args is [not ['-', ..], ..];
var name = isNamed ? args[0] : "refund";
if (!modes.TryGetValue(name, out var mode))
{
    Console.Error.WriteLine($"There is no mode \"{name}\": {string.Join(", ", modes.Keys)}.");
    return 3;
}

var options = new Options(isNamed ? args[1..] : args);
if (!options.AskForHelp) return await mode.RunAsync(options, Console.Out);
foreach (var (key, (help, _)) in modes.Where(entry => !isNamed || entry.Key == name)) Console.WriteLine($"{key}\n\n{help}\n");
Console.WriteLine("Ratios are medians over the rounds. Absolute figures depend on the machine; ratios within one run are what counts.");
return 0;
