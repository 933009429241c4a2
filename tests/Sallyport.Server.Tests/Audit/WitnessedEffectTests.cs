using Microsoft.AspNetCore.Builder;
using Sallyport.Audit;
using Sallyport.Client;
using Sallyport.Cli.Verbs;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Support;
using Sallyport.Storage.Sqlite;
using Sallyport.Verifier;
using Sallyport.Witness;

namespace Sallyport.Server.Tests.Audit;

/// <summary>High risk on the real server: nothing leaves before a witness has seen the intent, and what left can be proved to others.</summary>
public sealed class WitnessedEffectTests : IDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-witnessed-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string WitnessData => Path.Combine(_folder, "witness");

    [Fact]
    [Trait("req", "A4.1")]
    public async Task Refund_WhileTheWitnessIsAway_WaitsAndIsSentOnceItHasCosignedTheIntent()
    {
        var witness = await StartWitnessAsync("http://127.0.0.1:0");
        var address = witness.Urls.First();
        await using var gate = await TestGate.StartAsync(options => Configure(options, address, required: 1));
        await StopAsync(witness);

        var proposed = await gate.RefundAsync("ord_000001", 700, "EUR");
        Assert.Contains(proposed.State, (string[])["approved", "dispatching"]);
        Assert.Empty(await gate.Payments.LedgerOfAsync(proposed.ActionId));

        await using var back = await StartWitnessAsync(address);
        Assert.Equal("succeeded", (await gate.WaitAsync(proposed.ActionId)).State);
        Assert.Single(await gate.Payments.LedgerOfAsync(proposed.ActionId));
        await ProveAsync(gate, proposed.ActionId);
    }

    [Fact]
    public async Task Refund_WhoseClassNeedsNoWitness_GoesOnWithAnAlarm()
    {
        var witness = await StartWitnessAsync("http://127.0.0.1:0");
        await using var gate = await TestGate.StartAsync(options => Configure(options, witness.Urls.First(), required: 0));
        await StopAsync(witness);
        var refund = (await gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(refund.ActionId));
        await TestGate.UntilAsync(async () => (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, await gate.SessionAsync("otto"))).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Any(line => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("leaf").GetString()!)).Contains("alarm.witness_missing", StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Export, receipt, account, rotation, erasure and fsck of a log in which something real happened.</summary>
    private async Task ProveAsync(TestGate gate, string action)
    {
        var session = await gate.SessionAsync("admin");
        using var http = new HttpClient { BaseAddress = new Uri(gate.Url) };
        var client = new PeopleClient(http, session);
        var (kept, witnesses, old, export) = (Path.Combine(_folder, "kept.key"), Path.Combine(_folder, "kept.witness"), Path.Combine(_folder, "old.checkpoint"), Path.Combine(_folder, "export"));
        await File.WriteAllTextAsync(kept, (await gate.SendAsync(HttpMethod.Get, "/audit/key", null, null)).Text, Cancellation);
        await File.WriteAllTextAsync(witnesses, WitnessKey(), Cancellation);
        await File.WriteAllTextAsync(old, await client.CheckpointAsync(Cancellation), Cancellation);
        var trust = new ReaderTrust(kept, old, witnesses, 1);

        var receipt = Path.Combine(_folder, "a.tlog-proof");
        await File.WriteAllTextAsync(receipt, await client.TextAsync($"/v1/actions/{action}/receipt", Cancellation), Cancellation);
        var proved = Receipt.Verify(receipt, trust);
        Assert.True(proved.Verified, proved.ToText());
        Assert.Equal("effect.succeeded", proved.Entry!.Value.GetProperty("kind").GetString());

        var rotated = await client.RotateLogKeyAsync(Cancellation);
        var erased = await client.EraseAsync(new(null, action), Cancellation);
        Assert.True(erased.Payloads >= 2 && erased.Kept == 0, erased.ToString());
        await AuditExport.WriteAsync(client, export, Cancellation);
        var (report, account) = ActionAccount.Of(export, action, trust);
        Assert.True(report.Verified, report.ToText());
        Assert.Equal("succeeded", account!.State);
        Assert.True(account.Erased);
        Assert.Null(account.Arguments);
        Assert.Contains(rotated.OldKey, await File.ReadAllTextAsync(Path.Combine(export, "key"), Cancellation), StringComparison.Ordinal);

        await gate.StopServerAsync();
        var check = await StoreCheck.RunAsync(Path.Combine(gate.DataFolder, "sallyport.db"), new HeadFile(Path.Combine(gate.DataFolder, "log.head")), Path.Combine(gate.DataFolder, "log.key"));
        Assert.Empty(check.Faults);
        Assert.True(check.Entries > 10 && check.Actions == 1 && check.Checkpoints >= 2, check.ToString());
    }

    private void Configure(ServerOptions options, string witness, int required)
    {
        Directory.CreateDirectory(options.Data);
        if (!File.Exists(Path.Combine(options.Data, "log.key"))) File.WriteAllText(Path.Combine(options.Data, "log.key"), Convert.ToBase64String(Seed));
        options.Audit.Origin = "gate.test";
        options.Audit.Witnesses = [new WitnessOptions { Url = witness, Key = WitnessKey() }];
        options.Audit.WitnessesRequired = new Dictionary<string, int> { ["money_movement"] = required };
    }

    private string WitnessKey() => CosignerKey.Open(Path.Combine(WitnessData, "witness.key"), "witness.test").Verifier.ToString();

    private Task<WebApplication> StartWitnessAsync(string listen) =>
        WitnessServer.StartAsync(new WitnessConfiguration(WitnessData, "witness.test", listen, [NoteKey.Parse(new LogSigner("gate.test", Seed).VerifierKey)]), TimeProvider.System);

    private static async Task StopAsync(WebApplication witness)
    {
        await witness.StopAsync(Cancellation);
        await witness.DisposeAsync();
    }
}
