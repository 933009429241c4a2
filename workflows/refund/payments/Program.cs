using Sallyport.Samples.Payments.Hosting;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(PaymentsOptions.Usage);
    return 0;
}

var options = PaymentsOptions.Parse(args, Environment.GetEnvironmentVariable, out var fault);
if (options is null)
{
    await Console.Error.WriteLineAsync($"payments: {fault}\n\n{PaymentsOptions.Usage}");
    return 2;
}

try
{
    await using var host = await PaymentsHost.StartAsync(options, TimeProvider.System);
    if (options.ReadyFile is { } readyFile)
        ReadyFile.Write(readyFile, host.Url);
    Console.WriteLine($"payments listening on {host.Url}");
    return await host.RunUntilStoppedAsync();
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync($"payments: {refused.Message}");
    return 2;
}
