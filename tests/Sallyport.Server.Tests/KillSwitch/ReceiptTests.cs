using System.Text.Json;
using Sallyport.Server.Tests.Support;
using Sallyport.Verifier;

namespace Sallyport.Server.Tests.KillSwitch;

/// <summary>What a halt answers is what is true then, is signed, and can be asked for again.</summary>
[Trait("req", "A5.2")]
public sealed class ReceiptTests : IAsyncLifetime
{
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync();

    public ValueTask DisposeAsync() => _gate.DisposeAsync();

    [Fact]
    public async Task Halt_AnswersWithASignedStatement_ThatTheLogHoldsTheDigestOf()
    {
        var pending = (await _gate.RefundAsync("ord_000003", 32_000, "EUR")).MustBe(202, "pending");
        var receipt = (await _gate.HaltAsync("workflow:refund")).MustBe(201);

        Assert.Equal([pending.ActionId], receipt.Body.GetProperty("cancelled").EnumerateArray().Select(id => id.GetString()!));
        Assert.Single(receipt.Body.GetProperty("acknowledged").EnumerateArray().ToList());
        var lines = receipt.Str("signed")!.Split('\n');
        Assert.Equal("sallyport kill receipt v1", lines[0]);
        Assert.StartsWith("— sallyport/", lines[3], StringComparison.Ordinal);
        var statement = JsonElement.Parse(lines[1]);
        Assert.Equal(receipt.Str("halt_id"), statement.GetProperty("halt_id").GetString());
        Assert.DoesNotContain("a test halts it", lines[1], StringComparison.Ordinal);
        var leaf = Assert.Single(await _gate.EntriesAsync("kill.complete"));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(lines[1]))), leaf.GetProperty("receipt").GetString());

        var again = (await _gate.SendAsync(HttpMethod.Get, "/v1/halts/" + receipt.Str("halt_id"), null, await _gate.SessionAsync("dana"))).MustBe(200);
        Assert.Equal(receipt.Str("signed"), again.Str("signed"));
        await VerifiesOfflineAsync(receipt.Str("signed")!);
    }

    /// <summary>With a key that somebody kept, and not once a word of it is changed.</summary>
    private async Task VerifiesOfflineAsync(string signed)
    {
        var key = Path.GetTempFileName();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(key, (await _gate.SendAsync(HttpMethod.Get, "/audit/keys", null, null)).MustBeText(200));
        await File.WriteAllTextAsync(file, signed);
        Assert.Equal("workflow:refund", HaltReceipt.Verify(file, new ReaderTrust(key)).Statement?.GetProperty("scope").GetString());

        await File.WriteAllTextAsync(file, signed.Replace("\"unresolved\":[]", "\"unresolved\":[ ]", StringComparison.Ordinal));
        Assert.Equal(["None of the keys signed it."], HaltReceipt.Verify(file, new ReaderTrust(key)).Faults);
        Assert.False(HaltReceipt.Verify(file, new ReaderTrust()).Verified);
        File.Delete(key);
        File.Delete(file);
    }

    [Fact]
    public async Task Halt_WhileARequestIsHeldInside_NamesItAndStopsItAtTheOtherSide()
    {
        await _gate.Payments.FaultAsync("slow_before_effect", 1, 3_000);
        var sending = _gate.RefundAsync("ord_000001", 700, "EUR");
        await HeldAsync(1);

        var receipt = (await _gate.HaltAsync("all")).MustBe(201);

        var attempt = Assert.Single(receipt.Body.GetProperty("unresolved").EnumerateArray().ToList());
        Assert.True(attempt.GetProperty("stopped").GetBoolean());
        await sending;
        await HeldAsync(0);
        Assert.Empty(await _gate.Payments.LedgerOfAsync(attempt.GetProperty("action_id").GetString()!));
    }

    private async Task HeldAsync(int count)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await _gate.Payments.GetAdminAsync("/faults")).GetProperty("held").GetInt32() != count)
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
