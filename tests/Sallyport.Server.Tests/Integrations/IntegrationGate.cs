using Microsoft.Extensions.DependencyInjection;
using Sallyport.Audit;
using Sallyport.Outbox;
using Sallyport.Server.Integrations;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>What tests of integrations need of a running gate.</summary>
internal static class IntegrationGate
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("sallyport-secrets-").FullName;

    /// <summary>A secret in a file of its own.</summary>
    internal static SecretOptions Secret(string value)
    {
        var file = Path.Combine(Folder, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(value)))[..16]);
        File.WriteAllText(file, value + "\n");
        return new SecretOptions { File = file };
    }

    /// <summary>Links a person's account elsewhere, as an administrator does.</summary>
    internal static async Task LinkAsync(this TestGate gate, string person, string system, string account)
    {
        (await gate.SendAsync(HttpMethod.Post, $"/v1/people/{person}/links", new { system, account }, await gate.SessionAsync("admin"))).MustBe(201);
    }

    /// <summary>The deliveries of a state.</summary>
    internal static Task<IReadOnlyList<Delivery>> DeliveriesAsync(this TestGate gate, DeliveryState state) =>
        gate.Server.Services.GetRequiredService<IOutboxStore>().ListAsync("default", state, 200, TestContext.Current.CancellationToken);

    /// <summary>Waits until a channel has nothing left to tell.</summary>
    internal static Task SettledAsync(this TestGate gate, string channel) => TestGate.UntilAsync(async () =>
    {
        var services = gate.Server.Services;
        var outbox = services.GetRequiredService<IOutboxStore>();
        var size = await services.GetRequiredService<IAuditStore>().SizeAsync(TestContext.Current.CancellationToken);
        return await outbox.FollowAsync(channel, TestContext.Current.CancellationToken) >= size && await outbox.WaitingAsync(channel, TestContext.Current.CancellationToken) == 0;
    });
}
