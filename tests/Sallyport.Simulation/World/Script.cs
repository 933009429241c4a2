using Sallyport.Simulation.Actors;

namespace Sallyport.Simulation.World;

/// <summary>Who does what in a world.</summary>
internal sealed class Script(Universe universe)
{
    /// <summary>How long people and faults are at it; afterwards it is quiet.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    /// <summary>The same for the standard world.</summary>
    internal static readonly TimeSpan StandardLength = TimeSpan.FromMinutes(2.5);

    private static readonly string[] Scopes = ["all", "workflow:pay", "tool:pay_fenced", "tool:pay_plain", "agent:agt_1", "agent:agt_2"];

    /// <summary>A few intentions and whatever else the seed thinks of.</summary>
    internal void Random()
    {
        var chance = universe.Chance;
        var agents = Cast.Agents.Select(id => (Id: id, Actor: new AgentActor(universe, id))).ToList();
        if (chance.Permille(200)) Storm(chance, agents[0].Actor);
        var count = 1 + chance.Below(4);
        for (var i = 0; i < count; i++)
        {
            var (id, actor) = agents[chance.Below(agents.Count)];
            var mode = chance.Of(BankMode.Fenced, BankMode.Fenced, BankMode.Plain, BankMode.Probed, BankMode.Bounded, BankMode.Keyed, BankMode.Keyed, BankMode.Revocable);
            var account = chance.Permille(30) ? "acc_none" : Bank.AccountNames[chance.Below(Bank.AccountNames.Count)];
            var amount = chance.Of(5L, 40, 80, 100, 101, 700, 1_000, 1_001, 1_900);
            var intention = new Intention(PayBundle.ToolOf(mode), account, amount, $"key-of-intention-{id}-{i}", chance.Permille(60));
            var start = chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(60));
            universe.Outside.Start(() => actor.PursueAsync(intention, start));
        }

        var (approves, liam, olivia) = (chance.Of(500, 900, 1_000), chance.Permille(700), chance.Permille(500));
        universe.Outside.Start(() => new Reviewer(universe, Cast.Lena, approves).WatchAsync(Length));
        if (liam) universe.Outside.Start(() => new Reviewer(universe, Cast.Liam, approves).WatchAsync(Length));
        if (olivia) universe.Outside.Start(() => new Reviewer(universe, Cast.Olivia, 1_000).WatchAsync(Length));
        if (chance.Permille(100)) universe.Outside.Start(() => new Reviewer(universe, Cast.Oscar, 1_000).WatchAsync(Length));
        Operators(chance);
        Clocks(chance);
        Facts(chance, chance.Of(0, 1, 3, 8));
    }

    /// <summary>Small payments in a quick row while people halt and lift again: what the kill switch races against.</summary>
    private void Storm(Chance chance, AgentActor agent)
    {
        for (var i = 0; i < 8; i++)
        {
            var mode = chance.Of(BankMode.Fenced, BankMode.Plain, BankMode.Keyed);
            var intention = new Intention(PayBundle.ToolOf(mode), "acc_2", 10 + i, $"key-of-the-storm-{i}");
            var start = chance.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
            universe.Outside.Start(() => agent.PursueAsync(intention, start));
        }

        for (var i = 0; i < 3; i++)
        {
            var (scope, at) = (chance.Of("all", "tool:pay_fenced", "tool:pay_plain", "tool:pay_keyed"), chance.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(40)));
            universe.Outside.Start(() => new OperatorActor(universe).HaltAsync(scope, at, chance.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20))));
        }
    }

    /// <summary>The same every time: each kind of tool, each size of amount, a halt, a rollback. For failing at the first, second, third … point.</summary>
    internal void Standard()
    {
        var agents = Cast.Agents.Select(id => new AgentActor(universe, id)).ToList();
        var at = TimeSpan.Zero;
        foreach (var (mode, amount) in new[] { (BankMode.Fenced, 50L), (BankMode.Plain, 50), (BankMode.Probed, 60), (BankMode.Keyed, 70), (BankMode.Bounded, 80), (BankMode.Revocable, 90), (BankMode.Fenced, 500), (BankMode.Fenced, 1_500) })
        {
            var (agent, start) = (agents[amount > 100 ? 1 : 0], at);
            universe.Outside.Start(() => agent.PursueAsync(new Intention(PayBundle.ToolOf(mode), "acc_1", amount, $"standard-key-{mode}-{amount}"), start));
            at += TimeSpan.FromSeconds(4);
        }

        universe.Outside.Start(() => new Reviewer(universe, Cast.Lena, 1_000).WatchAsync(StandardLength));
        universe.Outside.Start(() => new Reviewer(universe, Cast.Liam, 1_000).WatchAsync(StandardLength));
        universe.Outside.Start(() => new OperatorActor(universe).CompensateAsync(TimeSpan.FromSeconds(30), Cast.Oscar));
        universe.Outside.Start(() => new OperatorActor(universe).HaltAsync("agent:agt_1", TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(60)));
        universe.Outside.Start(() => new OperatorActor(universe).SettleAsync(TimeSpan.FromSeconds(60), StandardLength));
    }

    private void Operators(Chance chance)
    {
        var people = new OperatorActor(universe);
        for (var halts = chance.Of(0, 0, 1, 1, 2); halts > 0; halts--)
        {
            var (scope, at) = (Scopes[chance.Below(Scopes.Length)], chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
            TimeSpan? lift = chance.Permille(700) ? chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)) : null;
            universe.Outside.Start(() => people.HaltAsync(scope, at, lift));
        }

        for (var rollbacks = chance.Of(0, 0, 1, 2); rollbacks > 0; rollbacks--)
        {
            var (by, at) = (chance.Of(Cast.Oscar, Cast.Lena), chance.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(4)));
            universe.Outside.Start(() => people.CompensateAsync(at, by));
        }

        // A release that one server activates is read by another one when it starts: one server serves one store of this kind.
        for (var releases = universe.Slots == 1 ? chance.Of(0, 0, 0, 1, 2) : 0; releases > 0; releases--)
        {
            var at = chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4));
            universe.Outside.Start(() => people.ActivateAsync(at));
        }

        if (chance.Permille(500)) universe.Outside.Start(() => people.SettleAsync(TimeSpan.FromSeconds(90), Length));
    }

    /// <summary>The machine's clock jumps, forwards or back, and is put right before it becomes quiet.</summary>
    private void Clocks(Chance chance)
    {
        if (universe.Slots > 1 || !universe.Faults.ClockIsWrong()) return;
        for (var jumps = 1 + chance.Below(3); jumps > 0; jumps--)
        {
            var (at, to) = (chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4)), TimeSpan.FromSeconds(chance.Of(-3_600, -25, 0, 25, 3_600)));
            universe.Scheduler.After(at, universe.Outside, () =>
            {
                universe.Trace.Say("world", $"the clock goes from {universe.ClockOffset.TotalSeconds} to {to.TotalSeconds}");
                universe.ClockOffset = to;
            });
        }
    }

    /// <summary>The accounts change under everybody's hands.</summary>
    private void Facts(Chance chance, int changes)
    {
        for (var i = 0; i < changes; i++)
        {
            var (name, at) = (Bank.AccountNames[chance.Below(Bank.AccountNames.Count)], chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4)));
            var (balance, watched, frozen) = (chance.Of(900L, 50_000, 90_000) + i, chance.Permille(300), chance.Permille(200));
            universe.Scheduler.After(at, universe.Outside, () =>
            {
                universe.Bank.Change(name, new AccountFacts(balance + (10 * universe.Bank.Versions(name).Count), watched, frozen, universe.Scheduler.Now));
                universe.Trace.Say("bank", $"{name} changes: {(watched ? "watched" : "")} {(frozen ? "frozen" : "")}");
            });
        }
    }
}
