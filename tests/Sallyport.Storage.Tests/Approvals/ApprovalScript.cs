using System.Globalization;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Storage.Tests.Claims;

namespace Sallyport.Storage.Tests.Approvals;

/// <summary>
/// One approval played on the real store with a clock that the script moves.
/// <para>Requirements, separated by <c>;</c>: <c>2 of group:finance, user:eve but agent-owner, fresh, then 15m oncall:duty</c>.</para>
/// <para>Steps, separated by <c>;</c>: <c>ann+</c> approves, <c>ann-</c> denies, each with <c>= code</c> when it must be refused; <c>ann+stale</c>
/// repeats another digest; <c>15m</c> passes; <c>ann for bob 2h</c> stands in, <c>ann leaves bob</c> ends it; <c>ann fresh</c> signs in now;
/// <c>ann groups a b</c> changes groups; <c>ann locked</c> locks her out; <c>duty: ann bob</c> is who is on call, <c>duty: down</c> cannot be told; <c>assignee: ann</c> likewise;
/// <c>ask</c> runs the asker. The last step is <c>is STATE</c>.</para>
/// <para>ann, bob, cy: finance. dan, eve: support. olivia: finance, owns the agent. rita: nothing. All signed in eight hours ago.</para>
/// </summary>
public abstract class ApprovalScript : EngineTest
{
    private readonly Dictionary<string, HumanPrincipal> _people = new(StringComparer.Ordinal);
    private readonly FakeDirectory _duty = new("oncall", "pager:schedule/1");
    private readonly FakeDirectory _assignee = new("ticket-assignee", "jira:SUP-1");

    private protected ActionRecord Action { get; private set; } = null!;

    private protected async Task PlayAsync(string requirements, string script)
    {
        Directories.AddRange([_duty, _assignee]);
        foreach (var (name, groups) in new[] { ("ann", "finance"), ("bob", "finance"), ("cy", "finance"), ("dan", "support"), ("eve", "support"), ("olivia", "finance"), ("rita", "") })
        {
            var person = new HumanPrincipal("usr_" + name, "default", name, name, groups.Split(' ', StringSplitOptions.RemoveEmptyEntries), [HumanPrincipal.Approver])
            {
                Email = name + "@example.com", SignIn = new SignIn(SignIn.Local, Time.GetUtcNow() - TimeSpan.FromHours(8)),
            };
            _people[name] = person;
            await Store.Identities.AddPersonAsync(new PersonAccount(person, null, 0, null), new AuditDraft("person.added", "system"), Cancel);
        }

        Action = Pending(requirements);
        var charge = new TaskCharge("tsk_1", Action.ParamHash, 100, 100);
        await Store.Actions.AcceptAsync(new AcceptIntent(Action, [TransitionLeaf.Make("action.accepted", "agent:agt_1", null, Action)], charge, []), Cancel);
        var engine = await StartEngineAsync();
        foreach (var step in script.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) await StepAsync(engine, step);
    }

    private async Task StepAsync(TestEngine engine, string step)
    {
        var words = step.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case [var passes] when char.IsDigit(passes[0]): Time.Advance(Span(passes)); break;
            case ["ask"]: await engine.Asker.AskDueAsync(Cancel); break;
            case ["expire"]: await engine.Upkeep.RunOnceAsync(Cancel); break;
            case ["is", var state]: Assert.Equal(state, Contracts.Wire.WireName.Of((await FindAsync(Action)).State)); break;
            case ["duty:", .. var names]: _duty.Say(names); break;
            case ["assignee:", .. var names]: _assignee.Say(names); break;
            case [var who, "fresh"]: _people[who] = _people[who] with { SignIn = new SignIn("corp", Time.GetUtcNow()) }; break;
            case [var who, "locked"]: Assert.True(await Store.Identities.LockPersonAsync("usr_" + who, Time.GetUtcNow(), new AuditDraft("person.locked", "system"), "default", Cancel)); break;
            case [var who, "groups", .. var groups]: _people[who] = _people[who] with { Groups = groups }; break;
            case [var standIn, "for", var of, var until]:
                var given = await new Substitutes(Store.Approvals, Store.Identities, Ids, Time).GiveAsync(_people[of], standIn, Time.GetUtcNow() + Span(until), null, Cancel);
                Assert.Null(given.Fault);
                break;
            case [var standIn, "leaves", var of]:
                var inForce = await Store.Approvals.SubstitutesAsync("default", Time.GetUtcNow(), Cancel);
                Assert.True(await Store.Approvals.EndSubstituteAsync("default", inForce.Single(item => item.StandIn == "usr_" + standIn && item.UserId == "usr_" + of).Id, "usr_" + of, Time.GetUtcNow(), new AuditDraft("substitute.ended", "system"), Cancel));
                break;
            default: await AnswerAsync(engine, step); break;
        }
    }

    private async Task AnswerAsync(TestEngine engine, string step)
    {
        var parts = step.Split('=', StringSplitOptions.TrimEntries);
        var sign = parts[0].IndexOfAny(['+', '-']);
        Assert.True(sign > 0, $"\"{step}\" is no step.");
        var digest = parts[0].EndsWith("stale", StringComparison.Ordinal) ? "sha256:other" : Action.StatementDigest;
        var result = await engine.Approvals.DecideAsync(_people[parts[0][..sign]], new ApprovalAnswer(Action.ApprovalId!, parts[0][sign] == '+', digest, "seen"), Cancel);
        Assert.True((parts.Length > 1 ? parts[1] : null) == result.Error?.Code, $"{step}: {result.Error?.Code ?? "taken"} {result.Detail}");
    }

    private ActionRecord Pending(string requirements) => new()
    {
        Id = "act_1", Tenant = "default", Workflow = "refund", Release = "sha256:r", Tool = "issue_refund", ContractHash = "sha256:c", PolicyHash = "sha256:p", ProposerId = "agt_1",
        ProposerName = "bot", Owner = "olivia", Generation = 1, TaskId = "tsk_1", Arguments = "{}", ParamHash = "sha256:a", IdempotencyKey = "approval-table-key", CreatedAt = Time.GetUtcNow(),
        State = ActionState.Pending, Version = 1, Decision = PolicyOutcome.Approve, Rule = "r", Requirements = [.. requirements.Split(';', StringSplitOptions.TrimEntries).Select(Requirement)],
        ApprovalId = "apr_1", AskedAt = Time.GetUtcNow(), Ticket = "jira:SUP-1", Facts = "{}", FactsHash = "sha256:f", ExpiresAt = Time.GetUtcNow() + TimeSpan.FromHours(1), UpdatedAt = Time.GetUtcNow(),
    };

    private static ApprovalRequirement Requirement(string text)
    {
        var (count, anyOf, exclude, tiers, stepUp) = (int.Parse(text.Split(" of ")[0], CultureInfo.InvariantCulture), new List<string>(), new List<string> { "requester" }, new List<ApproverTier>(), StepUp.None);
        foreach (var part in text[(text.IndexOf(" of ", StringComparison.Ordinal) + 4)..].Split(',', StringSplitOptions.TrimEntries))
        {
            var words = part.Split(' ');
            if (words is ["fresh"] or ["passkey"]) stepUp = Contracts.Wire.WireName.Parse<StepUp>(part);
            else if (words is ["then", var after, .. var who]) tiers.Add(new ApproverTier(Span(after), who));
            else if (words is [var first, "but", var excluded]) (anyOf, exclude) = ([.. anyOf, first], [.. exclude, excluded]);
            else anyOf.Add(part);
        }

        return new ApprovalRequirement("r", count, anyOf, exclude) { StepUp = stepUp, Then = tiers };
    }

    private static TimeSpan Span(string text) => int.Parse(text[..^1], CultureInfo.InvariantCulture) * (text[^1] switch { 'h' => TimeSpan.FromHours(1), 'm' => TimeSpan.FromMinutes(1), _ => TimeSpan.FromSeconds(1) });

    /// <summary>An outside system that says what the script told it.</summary>
    private sealed class FakeDirectory(string scheme, string source) : IApproverDirectory
    {
        private string[] _names = [];

        public string Scheme => scheme;

        public Task<DirectoryReading> ReadAsync(DirectoryQuery query, CancellationToken cancellation) => _names is ["down"]
            ? throw new DirectoryUnavailableException($"{scheme} does not answer.")
            : Task.FromResult(new DirectoryReading([.. _names.Select(name => new ExternalIdentity(scheme, "ext_" + name, name + "@example.com"))], source, DateTimeOffset.UnixEpoch));

        internal void Say(string[] names) => _names = names;
    }
}
