using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.Execution;
using Sallyport.KillSwitch;
using Sallyport.Protocol;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>
/// The real server in a process that ends itself at a fault point. What the engine is built from is wrapped when the container is built, so
/// the product has no hook for it.
/// </summary>
internal static class CrashHost
{
    /// <summary>Environment variable with the point, its occurrence and, for a freeze, the word: <c>RequestSent:1</c>, <c>GateEntered:1:stop</c>.</summary>
    internal const string Armed = "CRASH_POINT";

    /// <summary>Arguments: data folder, address, bundle folder, URL of payments.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var armed = (Environment.GetEnvironmentVariable(Armed) ?? throw new InvalidOperationException($"{Armed} is not set.")).Split(':');
        var trigger = new FaultTrigger(
            Enum.Parse<FaultPoint>(armed[0]), int.Parse(armed[1], System.Globalization.CultureInfo.InvariantCulture), armed is [_, _, "stop"] ? Signals.Stop : Signals.Kill);
        var options = new ServerOptions
        {
            Data = arguments[0], Listen = arguments[1], Bundles = [arguments[2]], AdminPassword = TestGate.Password,
            Connectors = new Dictionary<string, ConnectorOptions> { ["payments"] = new() { BaseUrl = arguments[3], BearerEnv = "PAYMENTS_API_KEY" } },
        };
        await using var server = await SallyportServer.StartAsync(options, builder => builder.Host.UseServiceProviderFactory(new Wrapping(trigger)));
        await System.Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { listening = server.Url }));
        return await server.WaitAsync(CancellationToken.None) ? 1 : 0;
    }

    /// <summary>Wraps the registrations of the finished collection.</summary>
    private sealed class Wrapping(FaultTrigger trigger) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services)
        {
            Wrap<IActionStore>(services, store => FaultStore<IActionStore>.Around(store, trigger));
            Wrap<IHaltStore>(services, store => FaultStore<IHaltStore>.Around(store, trigger));
            Wrap<ConnectorSet>(services, set => new ConnectorSet(set.Names.Select(name => new FaultConnector(set.Find(name)!, trigger)).ToList()));
            return services;
        }

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();

        private static void Wrap<T>(IServiceCollection services, Func<T, T> around)
            where T : class
        {
            var inner = services.Last(service => service.ServiceType == typeof(T));
            services.AddSingleton(provider => around((T)(inner.ImplementationInstance ?? inner.ImplementationFactory!(provider))));
        }
    }
}
