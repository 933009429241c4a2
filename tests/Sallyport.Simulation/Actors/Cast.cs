using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Simulation.World;
using Sallyport.Storage.Sql;

namespace Sallyport.Simulation.Actors;

/// <summary>Who lives in every world, and the store that it begins with.</summary>
internal static class Cast
{
    internal const string Tenant = "default";

    internal static HumanPrincipal Lena { get; } = Person("lena", [HumanPrincipal.Operator, HumanPrincipal.Approver], "leads");

    internal static HumanPrincipal Liam { get; } = Person("liam", [HumanPrincipal.Approver], "leads");

    /// <summary>Owns the agents, so she may not be one of the two for a large payment.</summary>
    internal static HumanPrincipal Olivia { get; } = Person("olivia", [HumanPrincipal.Approver], "leads");

    /// <summary>May halt and roll back, but approves nothing.</summary>
    internal static HumanPrincipal Oscar { get; } = Person("oscar", [HumanPrincipal.Operator], "guests");

    internal static IReadOnlyList<HumanPrincipal> People { get; } = [Lena, Liam, Olivia, Oscar];

    internal static IReadOnlyList<string> Agents { get; } = ["agt_1", "agt_2"];

    internal static string TaskOf(string agent) => "tsk_of_" + agent;

    internal static HumanPrincipal? Named(string userId) => People.FirstOrDefault(person => person.UserId == userId);

    /// <summary>Fills an empty store with agents, tasks and both releases, the first one active.</summary>
    internal static void Settle(MemoryStore store)
    {
        var database = new DirectDatabase(store);
        var time = new FixedTime();
        var audit = new AuditStatements(database, new IdSource(time, new Chance(1).Fill), time);
        var identities = new IdentityStatements(database, audit, time);
        var releases = new ReleaseStatements(database, audit, time);
        var actions = new ActionStatements(database, audit, new RateLimit(time));
        foreach (var agent in Agents)
        {
            var identity = new AgentIdentity(agent, Tenant, agent, Olivia.Username, PayBundle.Workflow, [PayBundle.Scope], AgentStatus.Active, 1, [], SimulatedTime.Start);
            DirectDatabase.Now(identities.AddAgentAsync(identity, new AuditDraft("agent.created", "system"), CancellationToken.None));
            var task = new AgentTask(TaskOf(agent), Tenant, agent, PayBundle.Workflow, PayBundle.First.Hash, "ticket", """{"ticket_id":"TCK-1"}""", 0, false, SimulatedTime.Start);
            actions.OpenTaskAsync(task, new AuditDraft("task.opened", "agent:" + agent, TaskId: task.Id), CancellationToken.None).GetAwaiter().GetResult();
        }

        DirectDatabase.Now(releases.PublishAsync(PayBundle.Stored(PayBundle.Second, active: false), new AuditDraft("release.published", "system"), CancellationToken.None));
        DirectDatabase.Now(releases.ActivateAsync(PayBundle.Stored(PayBundle.First, active: true), null, null, new AuditDraft("release.activated", "system"), CancellationToken.None));
        store.KeepAsTemplate();
    }

    private static HumanPrincipal Person(string name, IReadOnlyList<string> roles, params string[] groups) => new("usr_" + name, Tenant, name, name, groups, roles);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SimulatedTime.Start;
    }
}
