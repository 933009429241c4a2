using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>A gate whose people may sign in at a provider of ours, which can lie.</summary>
public sealed class ProviderGate : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-provider-").FullName;

    public TestProvider Provider { get; private set; } = null!;

    public TestGate Gate { get; private set; } = null!;

    public TestBrowser Browser() => new(Gate.Url);

    public async ValueTask InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        var secret = Path.Combine(_folder, "client.secret");
        await File.WriteAllTextAsync(secret, TestProvider.Secret);
        Gate = await TestGate.StartAsync(options => options.SignIn.Providers = [Provider.Options(secret)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Gate is not null) await Gate.DisposeAsync();
        if (Provider is not null) await Provider.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The last entries of the audit log, as text.</summary>
    public async Task<IReadOnlyList<string>> LastEntriesAsync(int count)
    {
        var audit = (Sallyport.Audit.IAuditStore)Gate.Server.Services.GetService(typeof(Sallyport.Audit.IAuditStore))!;
        var size = await audit.SizeAsync(TestContext.Current.CancellationToken);
        var entries = await audit.ReadAsync(Math.Max(0, size - count), count, TestContext.Current.CancellationToken);
        return [.. entries.Select(entry => System.Text.Encoding.UTF8.GetString(entry.Leaf))];
    }
}
