using Microsoft.Extensions.DependencyInjection;
using Sallyport.Audit;
using Sallyport.Identity;
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
        var identities = gate.Server.Services.GetRequiredService<IIdentityStore>();
        var found = await identities.FindPersonAsync("default", person, TestContext.Current.CancellationToken);
        Assert.True(await identities.LinkAsync("default", found!.Person.UserId, system, account, new AuditDraft("person.linked", "system"), TestContext.Current.CancellationToken));
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
