using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Execution;

namespace Sallyport.Simulation.World;

/// <summary>
/// The wire between one life of a replica and the bank. Requests and answers are lost, late or cut off; what has left arrives whether or
/// not its sender still lives.
/// </summary>
internal sealed class BankConnector(Universe universe, Replica replica) : IConnector
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public string Name => "bank";

    public string? Check(JsonElement request, bool effect) => null;

    public async Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation)
    {
        await replica.PointAsync("fact asked", Longest);
        if (universe.Faults.ReadFails()) return new ReadOutcome(ReadStatus.Unavailable, default, "no answer");
        var answer = Answer(request);
        await replica.PointAsync("fact answered", Longest);
        return answer;
    }

    public async Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation)
    {
        await replica.PointAsync("fence asked", Longest);
        if (universe.Faults.ReadFails()) return false;
        if (request.TryGetProperty("revoke", out var revoked)) universe.Bank.Revoke(revoked.GetString()!, request.GetProperty("attempt").GetInt32());
        else universe.Bank.Fence(Text(request, "fence"), request.GetProperty("minimum").GetInt32());
        // The answer may be lost although the fence stands.
        var heard = !universe.Faults.ReadFails();
        await replica.PointAsync("fence answered", Longest);
        return heard;
    }

    public async Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout)
    {
        var started = universe.Scheduler.Now;
        await replica.PointAsync("connecting", Longest);
        // The time limit covers connecting too, as it does in the real connector.
        if (universe.Scheduler.Now - started > timeout) return new EffectOutcome(EffectStatus.NotSent, default, "no connection in time");
        if (universe.Faults.SendFails() && universe.Chance.Permille(100)) return new EffectOutcome(EffectStatus.NotSent, default, "connection refused");
        if (!pass.TryLeave()) return new EffectOutcome(EffectStatus.NotSent, default, "stopped by a halt");
        var sent = new BankRequest(
            Enum.Parse<BankMode>(Text(request, "mode"), ignoreCase: true), Text(request, "tool"), Text(request, "key"), request.GetProperty("attempt").GetInt32(),
            Text(request, "account"), request.GetProperty("amount").GetInt64());
        return await new Delivery(universe, replica, sent, timeout).RunAsync();
    }

    private ReadOutcome Answer(JsonElement request)
    {
        if (request.TryGetProperty("account", out var account))
            return universe.Bank.Account(account.GetString()!) is { } facts
                ? Found(new { id = account.GetString(), balance = facts.Balance, currency = "EUR", watched = facts.Watched, frozen = facts.Frozen, holder = Universe.Canary })
                : new ReadOutcome(ReadStatus.Absent, default);
        if (request.TryGetProperty("payment", out var payment))
            return universe.Bank.Payment(payment.GetString()!) is { } found
                ? Found(new { id = found.Id, account = found.Request.Account, amount = found.Request.Amount, currency = "EUR" })
                : new ReadOutcome(ReadStatus.Absent, default);
        return Found(new { payments = universe.Bank.Find(Text(request, "find")).Select(effect => new { id = effect.Id, key = effect.Request.Key }).ToList() });
    }

    private static ReadOutcome Found(object body) => new(ReadStatus.Found, CanonicalJson.Parse(CanonicalJson.ToText(JsonSerializer.SerializeToElement(body))));

    private static string Text(JsonElement request, string name) => request.GetProperty(name).GetString()!;
}
