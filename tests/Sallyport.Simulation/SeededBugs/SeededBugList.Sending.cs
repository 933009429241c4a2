namespace Sallyport.Simulation.SeededBugs;

/// <content>Defects of sending, settling, stopping and asking.</content>
internal static partial class SeededBugList
{
    private static IReadOnlyList<SeededBug> OfTheSend =>
    [
        new("retry-on-lost-answer", "A request without an answer is sent again at once.",
            new Edit(Outcome, "EffectStatus.Unknown => Doubtful(next, outcome, now),", "EffectStatus.Unknown => Requeued(next with { HasLeft = true }, outcome, now),")),
        new("probe-before-fence", "The system of record is asked first and fenced afterwards.",
            new Edit(Settler, "        var isFinal = effect.Stop is { } stop\n            ? stop.TryRender(input, out var stopRequest, out _) && await connector.FenceAsync(stopRequest, cancellation)", "        var stopRequest = default(JsonElement);\n        var isFinal = effect.Stop is { } stop\n            ? stop.TryRender(input, out stopRequest, out _)"),
            new Edit(Settler, "if (isFinal) return await AbsentAsync(action, effect, cancellation);", "if (isFinal && (effect.Stop is null || await connector.FenceAsync(stopRequest, cancellation))) return await AbsentAsync(action, effect, cancellation);")),
        new("fence-taken-for-granted", "A fence that was not confirmed counts as one.",
            new Edit(Settler, "&& await connector.FenceAsync(stopRequest, cancellation)", "&& (await connector.FenceAsync(stopRequest, cancellation) || true)"))
        { By = Catcher.WaysOut },
        new("cancelled-although-left", "An action of which an attempt had left is called cancelled.",
            new Edit(Outcome, "return next.HasLeft ? Failed(next, code, outcome) : new AttemptOutcome(", "return new AttemptOutcome(")),
        new("refusal-of-the-second-taken-for-the-first", "A refusal of a repeated request says that the first one was not applied either.",
            new Edit(Outcome, "EffectStatus.Refused => claimed.InDoubt ? Doubtful(next, outcome, now) : Failed", "EffectStatus.Refused => Failed")),
        new("budget-released-in-doubt", "What is in doubt gives its reservation back.",
            new Edit(Outcome, "NotBefore = now }, \"effect.unknown\", BudgetStep.Keep);", "NotBefore = now }, \"effect.unknown\", BudgetStep.Release);")),
        new("restart-does-not-doubt", "What a dead process had claimed stays as it is.",
            new Edit(Settler, "        foreach (var action in abandoned)\n", "        foreach (var action in abandoned.Take(0))\n")),
        new("plain-absence-believed", "An answer that nothing was found settles a doubt although a request may still arrive.",
            new Edit(Settler, "            if (isFinal) return await AbsentAsync(action, effect, cancellation);", "            return await AbsentAsync(action, effect, cancellation);")),
        new("body-less-delete", "A request without a body may use as many connections as the platform likes.",
            new Edit("src/Sallyport.Connectors/Http/EffectHttpHandler.cs", "        request.Content ??= new ByteArrayContent([]);\n", ""),
            new Edit("src/Sallyport.Connectors/Http/EffectHttpHandler.cs", "                if (Interlocked.Exchange(ref connected, 1) == 1) throw new IOException(\"An effect has one connection; a second was refused.\");\n", "                Interlocked.Exchange(ref connected, 1);\n"))
        { By = Catcher.SingleSend },
    ];

    private static IReadOnlyList<SeededBug> OfTheKill =>
    [
        new("gate-not-checked", "A sender enters whether or not a halt has closed the gate.",
            new Edit(Gate, "if (IsClosedUnlocked(scopes) || !mayLeave()) return null;", "if (!mayLeave()) return null;")),
        new("kill-without-drain", "A halt returns while senders are still inside the gate.",
            new Edit(Gate, "        foreach (var pass in inside) pass.Revoke();\n        foreach (var pass in inside) await pass.Decided;\n", "        await Task.CompletedTask;\n")),
        new("kill-without-waiting", "A halt does not wait for the other processes.",
            new Edit(Kill, "if (!replicas.Any(replica => replica.Generation < generation && replica.PermitUntil + Margin > now))", "if (now > DateTimeOffset.MinValue)")),
        new("permit-not-checked", "A process whose permit has lapsed goes on sending.",
            new Edit(Gate, "if (IsClosedUnlocked(scopes) || !mayLeave()) return null;", "if (IsClosedUnlocked(scopes)) return null;"),
            new Edit("src/Sallyport/Actions/ActionExecutor.cs", "if (!await permit.FreshAsync(EffectSpec.LeaseSlack / 2))", "if (permit.ReplicaId.Length == 0)"))
        { By = Catcher.Permits },
        new("receipt-without-doubts", "A halt's receipt leaves out what is in doubt.",
            new Edit(HaltSql, "(state in ('dispatching', 'unknown') or", "(state in ('dispatching') or")),
        new("halt-keeps-credentials", "A halt leaves the agents' tokens valid.",
            new Edit(HaltSql, "update agent set generation = generation + 1, status = 'halted'", "update agent set generation = generation")),
    ];

    private static IReadOnlyList<SeededBug> OfPeople =>
    [
        new("one-person-counts-twice", "Two answers of the same person are two approvals.",
            new Edit(Quorum, ".DistinctBy(decision => decision.UserId)", ""),
            new Edit(Schema, "    at integer not null,\n    primary key (approval_id, round, user_id)\n", "    at integer not null\n")),
        new("proposer-approves", "Who proposed may approve.",
            new Edit(Quorum, "userId == action.ProposerId || ", "")),
        new("owner-approves", "The agent's owner is not excluded where the requirement says so.",
            new Edit(Quorum, " || (requirement.Exclude.Contains(\"agent-owner\") && username == action.Owner)", "")),
        new("digest-not-compared", "An answer counts whatever statement was answered.",
            new Edit(Queue, "if (!SameDigest(answer.Digest, action.StatementDigest)) return", "if (!SameDigest(answer.Digest, answer.Digest)) return")),
        new("old-rounds-count", "Approvals of an earlier round and of another statement count too.",
            new Edit(Quorum, " && decision.Round == action.Round && decision.ApprovalId == action.ApprovalId\n            && decision.Digest == action.StatementDigest)", ")")),
        new("no-is-not-final", "A denial is recorded and the action goes on waiting.",
            new Edit(Queue, "? (ActionTransition.Deny, after with { State = ActionState.Denied, ErrorCode = ErrorCatalogue.DeniedByPerson.Code, ErrorDetail = \"A person denied it.\" })", "? (ActionTransition.Vote, after)")),
    ];
}
