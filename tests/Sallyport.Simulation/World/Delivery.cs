using System.Text.Json;
using Sallyport.Execution;

namespace Sallyport.Simulation.World;

/// <summary>One request from its first byte to its answer, or to the moment when its sender stops waiting.</summary>
internal sealed class Delivery(Universe universe, Replica replica, BankRequest request, TimeSpan timeout)
{
    private readonly TaskCompletionSource<EffectOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal async Task<EffectOutcome> RunAsync()
    {
        universe.Left(replica, request);
        var chance = universe.Chance;
        var faulty = universe.Faults.SendFails();
        universe.Bank.Wire.Add(request);
        if (faulty && chance.Permille(250))
        {
            // Lost, or cut off at once: the sender cannot tell that from a lost answer.
            universe.Bank.Wire.Remove(request);
            if (chance.Permille(500)) Answer(EffectStatus.Unknown, "the connection was closed");
        }
        else
        {
            // Late ones come after their sender has given up, or died.
            var late = faulty && chance.Permille(300);
            var arrival = late ? chance.Between(timeout, timeout * 6) : universe.Faults.Latency(TimeSpan.FromSeconds(3));
            universe.Scheduler.After(arrival, universe.Outside, () => Arrive(faulty && !late));
        }

        universe.Scheduler.After(timeout, replica.Lane, () => Answer(EffectStatus.Unknown, $"no answer within {timeout.TotalSeconds:0.#} s"));
        var outcome = await _outcome.Task;
        await replica.PointAsync("answered", TimeSpan.FromSeconds(1));
        return outcome;
    }

    private void Arrive(bool faulty)
    {
        universe.Bank.Wire.Remove(request);
        var chance = universe.Chance;
        if (faulty && chance.Permille(300))
        {
            var forNow = chance.Permille(500);
            universe.Trace.Say("bank", $"refuses {request.Key[^4..]}/{request.Attempt}{(forNow ? " for now" : "")}");
            Answer(forNow ? EffectStatus.RefusedForNow : EffectStatus.Refused, forNow ? "status 429" : "status 422");
            return;
        }

        var (effect, fresh) = universe.Bank.Arrive(request, universe.Scheduler.Now);
        universe.Trace.Say("bank", $"{(effect is null ? "fences off" : fresh ? "EFFECT" : "repeats")} {effect?.Id} {request.Key[^4..]}/{request.Attempt}");
        if (effect is null)
        {
            Answer(EffectStatus.Unknown, "status 409, which promises nothing");
            return;
        }

        if (fresh) universe.Happened(effect);
        if (faulty && chance.Permille(600))
        {
            // After the effect: an error, or nothing at all.
            if (chance.Permille(500)) Answer(EffectStatus.Unknown, "status 500, which promises nothing");
            return;
        }

        Answer(EffectStatus.Applied, null, JsonSerializer.SerializeToElement(new { id = effect.Id }));
    }

    private void Answer(EffectStatus status, string? detail, JsonElement body = default) => _outcome.TrySetResult(new EffectOutcome(status, body, detail));
}
