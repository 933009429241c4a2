using Sallyport.Samples.Payments.Hosting;

namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>The service in this process, on a real port, with a clock that the test moves.</summary>
internal sealed class RunningPayments : IAsyncDisposable
{
    private readonly LedgerDirectory _directory = new();
    private readonly string? _adminKey;
    private PaymentsHost _host = null!;

    private RunningPayments(string? adminKey) => _adminKey = adminKey;

    public ManualTimeProvider Clock { get; } = new();

    public PaymentsClient Client { get; private set; } = null!;

    public string Url => _host.Url;

    public static async Task<RunningPayments> StartAsync(string? adminKey = PaymentsClient.AdminKey)
    {
        var running = new RunningPayments(adminKey);
        await running.StartHostAsync();
        return running;
    }

    public async Task RestartAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        await StartHostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartHostAsync()
    {
        _host = await PaymentsHost.StartAsync(
            new PaymentsOptions { Port = 0, DataDirectory = _directory.Path, ApiKey = PaymentsClient.ApiKey, AdminKey = _adminKey }, Clock);
        Client = new PaymentsClient(_host.Url);
    }
}
