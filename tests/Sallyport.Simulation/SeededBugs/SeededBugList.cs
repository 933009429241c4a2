namespace Sallyport.Simulation.SeededBugs;

/// <summary>The defects that the suite must notice. A patch that no longer applies is an error, not a skipped bug.</summary>
internal static partial class SeededBugList
{
    private const string Statements = "src/Sallyport.Storage/Sql/ActionStatements.cs";
    private const string Budgets = "src/Sallyport.Storage/Sql/BudgetStatements.cs";
    private const string HaltSql = "src/Sallyport.Storage/Sql/HaltStatements.cs";
    private const string Schema = "src/Sallyport.Storage/Sqlite/Migrations/0001_initial.sql";
    private const string Claim = "src/Sallyport/Actions/ActionClaim.cs";
    private const string Pipeline = "src/Sallyport/Actions/ActionPipeline.cs";
    private const string Outcome = "src/Sallyport/Actions/AttemptOutcome.cs";
    private const string Settler = "src/Sallyport/Actions/UnknownSettler.cs";
    private const string Gate = "src/Sallyport/Execution/EffectGate.cs";
    private const string Kill = "src/Sallyport/KillSwitch/KillSwitch.cs";
    private const string Quorum = "src/Sallyport/Approvals/ApprovalQuorum.cs";
    private const string Publisher = "src/Sallyport/Audit/CheckpointPublisher.cs";
    private const string Queue = "src/Sallyport/Approvals/ApprovalQueue.cs";

    internal static IReadOnlyList<SeededBug> All => [.. OfTheStore, .. OfTheClaim, .. OfTheSend, .. OfTheKill, .. OfPeople, .. OfTheLog];

    private static IReadOnlyList<SeededBug> OfTheStore =>
    [
        new("no-compare-and-swap", "A transition overwrites whatever version it finds.",
            new Edit(Statements, " and version = {before.Version} and state = '{WireName.Of(before.State)}'", "")),
        new("leaf-outside-the-transaction", "The entry is appended after the transition has been committed.",
            new Edit(Statements, "        await audit.AppendAsync(session, after.Tenant, intent.Leaf);\n", ""),
            new Edit(Statements, "            return await database.WriteAsync(session => MoveAsync(session, intent), cancellation);", """
                            var moved = await database.WriteAsync(session => MoveAsync(session, intent), cancellation);
                            if (moved == TransitionOutcome.Done) await audit.AppendAsync(after.Tenant, intent.Leaf, cancellation);
                            return moved;
                """)),
        new("key-not-unique", "Nothing looks for an earlier action of the same idempotency key.",
            new Edit(Schema, "create unique index action_key", "create index action_key"),
            new Edit(Statements, "if (await ByKeyAsync(session, action.Tenant, action.ProposerId, action.Tool, action.IdempotencyKey) is { } earlier)", "if (await ByKeyAsync(session, action.Tenant, action.ProposerId, action.Tool, action.Id) is { } earlier)"),
            new Edit(Pipeline, "if (await EarlierActionAsync(call, cancellation) is { } earlier)", "if (call.ReadOnly && await EarlierActionAsync(call, cancellation) is { } earlier)")),
        new("denial-forgotten", "A proposal that a person denied is taken in again under a fresh key.",
            new Edit(Statements, "        if (denied is not null) throw new GuardException(new AcceptResult(AcceptOutcome.DeniedBefore, denied.ToRecord()));\n", "")),
        new("compensated-twice", "A second rollback of the same action is taken in.",
            new Edit(Schema, "create unique index action_compensates", "create index action_compensates"),
            new Edit(Statements, "            if (live is not null) throw", "            if (live is not null && live.Id == action.Id) throw")),
        new("budget-not-checked", "Reserving never finds a budget full.",
            new Edit(Budgets, " and reserved + spent + @Amount <= @Limit", "")),
        new("generation-not-checked", "A claim does not ask whether the agent's credentials were revoked meanwhile.",
            new Edit(Statements, "            if (!await CurrentAsync(session, before)) throw new TransitionRefusedException(TransitionOutcome.AgentRevoked);\n", "")),
    ];

    private static IReadOnlyList<SeededBug> OfTheClaim =>
    [
        new("facts-not-compared", "A claim goes on although a fact moved since people approved.",
            new Edit(Claim, "        if (moved) return \"A fact that the approval rests on has changed.\";", "        if (moved) return null;")),
        new("policy-not-asked-again", "A claim does not ask policy about the fresh facts.",
            new Edit(Claim, "if (decision.Outcome is PolicyOutcome.Deny or PolicyOutcome.Escalate) return await RefuseAsync(action, decision, cancellation);", "decision = decision with { Outcome = action.Decision };"),
            new Edit(Claim, "        if (moved) return \"A fact that the approval rests on has changed.\";", "")),
        new("release-not-compared", "A claim goes on under a contract or policy that was replaced.",
            new Edit(Claim, "\n            || contract.Hash != action.ContractHash || release.Policies[action.Tool].Hash != action.PolicyHash)", ")")),
        new("expired-still-claimed", "An approval that has run out is still claimed.",
            new Edit(Claim, "        if (action.ExpiresAt <= now)\n", "        if (action.ExpiresAt <= now - TimeSpan.FromDays(1))\n"),
            new Edit("src/Sallyport.Storage/Sql/ActionStatements.Queries.cs", "where state in ('pending', 'approved') and expires_at <= @now", "where state in ('pending') and expires_at <= @now")),
        new("approver-outside-the-leaf", "The intent's entry does not name who approved.",
            new Edit(Claim, "            [\"approvers\"] = new JsonArray([.. approvals.Select(id => JsonValue.Create(\"person:\" + id))]),\n", "")),
        new("sent-before-recorded", "The request leaves while its intent is still being written.",
            new Edit(Pipeline, "        var accepted = await store.AcceptAsync(", "        var sent = record.State == ActionState.Dispatching ? executor.DispatchAsync(record, call.Contract, call.Input, claimedAt) : null;\n        var accepted = await store.AcceptAsync("),
            new Edit(Pipeline, "var settled = await executor.DispatchAsync(record, call.Contract, call.Input, claimedAt);", "var settled = await sent!;")),
        new("key-ignores-the-body", "A repeated key is answered for whatever was asked with it.",
            new Edit(Pipeline, "if (call.HashUnder(earlier.ContractHash) != earlier.ParamHash)", "if (earlier.ParamHash.Length == 0)")),
        new("secret-in-the-payload", "The arguments are recorded as they came.",
            new Edit("src/Sallyport/Actions/AcceptedAction.cs", "TransitionLeaf.Node(call.RedactedArguments)", "TransitionLeaf.Node(call.Arguments)")),
    ];

    private static IReadOnlyList<SeededBug> OfTheLog =>
    [
        new("signed-before-persisted", "A checkpoint is released before it is durable.",
            new Edit(Publisher, "        try\n        {\n            await store.KeepAsync(new StoredCheckpoint(size, note, time.Now(), rotation), cancellation);", "        _released = new PublishedCheckpoint(size, root, note, 0);\n        try\n        {\n            await store.KeepAsync(new StoredCheckpoint(size, note, time.Now(), rotation), cancellation);"))
        { By = Catcher.Publisher },
        new("history-not-compared", "A checkpoint is signed that does not contain the one before it.",
            new Edit(Publisher, "if (!(await tree.RootAsync(last.Size, cancellation)).AsSpan().SequenceEqual(last.Root)) throw new AuditLogException($\"the first {last.Size} entries are no longer those that were signed\");", ""))
        { By = Catcher.Publisher },
    ];
}
