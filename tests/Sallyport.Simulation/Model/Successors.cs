namespace Sallyport.Simulation.Model;

/// <summary>The labelled steps of the model.</summary>
public enum ModelStep
{
    Approve, Deny, ApprovalExpires, ParametersChange, KillBegins, KillReturns, Claim, GateEntered, GateRefused, LeaseLost, RequestLeaves, Response, TimedOut,
    OutcomeRecorded, OutcomeLost, Crash, Restart, RejectedAsStale, Effect, LeaseExpires, RecoveredAsUnknown, RequeuedBlindly, KeyForgotten, FenceAdvanced, ProbedApplied,
    ProbedAbsent,

    // Only in designs with the whole table.
    Cancel, Expire, Void, GivenUp, RefusedByTarget, RefusalRecorded, SentAgain,
}

/// <summary>One step from a state.</summary>
/// <param name="Step">Which.</param>
/// <param name="Label">Which, with replica and attempt.</param>
/// <param name="After">The state after it.</param>
public readonly record struct Successor(ModelStep Step, string Label, ModelState After);

/// <summary>Every step that a design allows from a state. At most two crashes and two attempts are explored.</summary>
public static class Successors
{
    private const int MaxCrashes = 2;
    private const int MaxAttempts = 2;

    public static IEnumerable<Successor> Of(ModelState state, Design design) =>
        People(state, design).Concat(Kill(state, design)).Concat(Replica(state, design, 0)).Concat(Replica(state, design, 1)).Concat(Target(state, design)).Concat(Recover(state, design));

    private static Successor Step(ModelStep step, ModelState after) => new(step, step.ToString(), after);

    private static Successor Step(ModelStep step, int attempt, ModelState after) => new(step, $"{step}(attempt {attempt})", after);

    private static Successor Step(int replica, ModelStep step, ModelState after) => new(step, $"replica {replica}: {step}", after);

    private static IEnumerable<Successor> People(ModelState s, Design d)
    {
        if (s is { Place: ModelPlace.Pending, Approval: ModelApproval.None })
        {
            yield return Step(ModelStep.Approve, s with { Approval = ModelApproval.Live, Place = ModelPlace.Approved });
            yield return Step(ModelStep.Deny, s with { Approval = ModelApproval.Denied, Place = ModelPlace.Denied });
        }

        if (s is { Place: ModelPlace.Approved, Approval: ModelApproval.Live }) yield return Step(ModelStep.ApprovalExpires, s with { Approval = ModelApproval.Expired });
        var waits = s.Place is ModelPlace.Pending or ModelPlace.Approved;
        if (waits && s.HashFits && !d.Immutable) yield return Step(ModelStep.ParametersChange, s with { HashFits = false });
        if (!waits || !d.WholeTable) yield break;
        if (s.InDoubt)
        {
            yield return Step(ModelStep.GivenUp, s with { Place = ModelPlace.Unknown });
            yield break;
        }

        if (s.Place == ModelPlace.Approved) yield return Step(ModelStep.Void, s with { Place = ModelPlace.Pending, Approval = ModelApproval.None });
        if (s.Left)
        {
            // An earlier attempt left and is known not to have been applied: the action can only fail.
            yield return Step(ModelStep.GivenUp, s with { Place = ModelPlace.Failed });
            yield break;
        }

        yield return Step(ModelStep.Cancel, s with { Place = ModelPlace.Cancelled });
        yield return Step(ModelStep.Expire, s with { Place = ModelPlace.Expired });
        if (s.Place == ModelPlace.Approved) yield return Step(ModelStep.Deny, s with { Place = ModelPlace.Denied });
    }

    private static IEnumerable<Successor> Kill(ModelState s, Design d)
    {
        if (s.Kill == ModelKill.Running) yield return Step(ModelStep.KillBegins, s with { Kill = ModelKill.Halting });
        if (s.Kill != ModelKill.Halting) yield break;
        var inside = d.Gate && (IsInside(s.First) || IsInside(s.Second));
        var busy = inside || s is { Place: ModelPlace.Dispatching, Lease: ModelLease.Live };
        if (d.Drain && busy) yield break;
        var unresolved = s.Wire.Distinct();
        if (s.Place is ModelPlace.Dispatching or ModelPlace.Unknown) unresolved = unresolved.Append(s.Attempt);
        yield return Step(ModelStep.KillReturns, s with { Kill = ModelKill.Halted, Listed = d.Receipt ? unresolved : default });
    }

    private static bool IsInside(ModelReplica replica) => replica.Work is ModelWork.InsideGate or ModelWork.InFlight;

    private static IEnumerable<Successor> Replica(ModelState s, Design d, int i)
    {
        var (work, attempt) = s.Replica(i);
        var steps = work switch
        {
            ModelWork.Idle => Claim(s, d, i),
            ModelWork.Claimed => AtGate(s, d, i, attempt),
            ModelWork.InsideGate => Send(s, i, attempt),
            ModelWork.InFlight => Await(s, d, i, attempt),
            ModelWork.Answered => Record(s, d, i, attempt),
            ModelWork.Refused => RecordRefusal(s, i, attempt),
            ModelWork.Dead => [Step(i, ModelStep.Restart, s.With(i, ModelWork.Idle, 0))],
        };
        foreach (var step in steps) yield return step;
        if (work is not (ModelWork.Dead or ModelWork.Idle) && s.Crashes < MaxCrashes)
            yield return Step(i, ModelStep.Crash, s.With(i, ModelWork.Dead, 0) with { Crashes = s.Crashes + 1 });
    }

    private static IEnumerable<Successor> Claim(ModelState s, Design d, int i)
    {
        var other = s.Replica(1 - i);
        var twice = !d.ClaimSwaps && s is { Place: ModelPlace.Dispatching, Attempt: 1 } && other.Work == ModelWork.Claimed;
        var may = s.Kill == ModelKill.Running && s.Attempt < MaxAttempts && (s.Place == ModelPlace.Approved || twice);
        var approved = s is { Approval: ModelApproval.Live, HashFits: true };
        if (!may || (d.RecheckAtClaim && !approved)) yield break;
        // A claim without compare-and-swap takes the same attempt again, but works under the number that follows it.
        var next = s.Place == ModelPlace.Approved ? s.Attempt + 1 : s.Attempt;
        var after = s.With(i, ModelWork.Claimed, next) with
        {
            Place = ModelPlace.Dispatching, Attempt = next, Owner = i, Lease = ModelLease.Live, Intent = s.Intent || d.IntentFirst,
            Clean = approved && !s.Clean.Contains(s.Attempt + 1) ? s.Clean.Append(s.Attempt + 1) : s.Clean,
        };
        yield return Step(i, ModelStep.Claim, after);
    }

    private static IEnumerable<Successor> AtGate(ModelState s, Design d, int i, int attempt)
    {
        var mine = s.Lease == ModelLease.Live && s.Attempt == attempt && (s.Owner == i || !d.ClaimSwaps);
        if (mine && s.Kill == ModelKill.Running) return [Step(i, ModelStep.GateEntered, s.With(i, ModelWork.InsideGate, attempt))];
        if (s.Place != ModelPlace.Dispatching || s.Attempt != attempt || s.Owner != i) return [Step(i, ModelStep.LeaseLost, s.With(i, ModelWork.Idle, attempt))];
        var refused = d.HonestRefusal && s.Left ? ModelPlace.Unknown : ModelPlace.Cancelled;
        return [Step(i, ModelStep.GateRefused, s.With(i, ModelWork.Idle, attempt) with { Place = refused, Lease = ModelLease.None })];
    }

    private static IEnumerable<Successor> Send(ModelState s, int i, int attempt) =>
    [
        Step(i, ModelStep.RequestLeaves, s.With(i, ModelWork.InFlight, attempt) with
        {
            Left = true, Wire = s.Wire.Append(attempt).Sorted(), LateSend = s.LateSend || s.Kill == ModelKill.Halted,
        }),
    ];

    private static IEnumerable<Successor> Await(ModelState s, Design d, int i, int attempt)
    {
        if (!s.Wire.Contains(attempt))
            return [Step(i, ModelStep.Response, s.With(i, d.WholeTable && s.Refused.Contains(attempt) ? ModelWork.Refused : ModelWork.Answered, attempt))];
        var idle = s.With(i, ModelWork.Idle, attempt);
        var mine = s.Place == ModelPlace.Dispatching && s.Attempt == attempt;
        return [Step(i, ModelStep.TimedOut, mine ? idle with { Place = ModelPlace.Unknown, Lease = ModelLease.None } : idle)];
    }

    private static IEnumerable<Successor> Record(ModelState s, Design d, int i, int attempt)
    {
        var idle = s.With(i, ModelWork.Idle, attempt);
        var mine = s.Place is ModelPlace.Dispatching or ModelPlace.Unknown && s.Attempt == attempt;
        return [!d.OutcomeSwaps || mine
            ? Step(i, ModelStep.OutcomeRecorded, idle with { Place = ModelPlace.Done, Intent = true, Lease = ModelLease.None })
            : Step(i, ModelStep.OutcomeLost, idle)];
    }

    private static IEnumerable<Successor> RecordRefusal(ModelState s, int i, int attempt)
    {
        var idle = s.With(i, ModelWork.Idle, attempt);
        if (s.Place is not (ModelPlace.Dispatching or ModelPlace.Unknown) || s.Attempt != attempt) return [Step(i, ModelStep.OutcomeLost, idle)];
        // Definitive (of this attempt: one before it may still be in doubt), or "not now": then another attempt may follow.
        return
        [
            Step(i, ModelStep.RefusalRecorded, idle with { Place = s.InDoubt ? ModelPlace.Unknown : ModelPlace.Failed, Lease = ModelLease.None }),
            Step(i, ModelStep.RefusalRecorded, idle with { Place = ModelPlace.Approved, Lease = ModelLease.None }),
        ];
    }

    /// <summary>A request arrives, whoever is still alive.</summary>
    private static IEnumerable<Successor> Target(ModelState s, Design d)
    {
        foreach (var attempt in s.Wire.Distinct().Items())
        {
            var arrived = s with { Wire = s.Wire.Remove(attempt) };
            if (d.Fence && (s.Kill != ModelKill.Running || attempt < Math.Max(s.Attempt, s.Fenced)))
            {
                yield return Step(ModelStep.RejectedAsStale, attempt, d.WholeTable ? arrived with { Refused = s.Refused.AppendOnce(attempt) } : arrived);
                continue;
            }

            if (d.WholeTable) yield return Step(ModelStep.RefusedByTarget, attempt, arrived with { Refused = s.Refused.AppendOnce(attempt) });
            var repeated = d.Idempotent && s.Effects > 0 && !s.Pruned;
            var late = s.Kill == ModelKill.Halted && !repeated;
            yield return Step(ModelStep.Effect, attempt, arrived with
            {
                Effects = s.Effects + (repeated ? 0 : 1), LateEffect = s.LateEffect || late, LateUnlisted = s.LateUnlisted || (late && !s.Listed.Contains(attempt)),
                Unapproved = s.Unapproved || !s.Clean.Contains(attempt), WithoutIntent = s.WithoutIntent || !s.Intent,
            });
        }
    }

    private static IEnumerable<Successor> Recover(ModelState s, Design d)
    {
        if (s is { Place: ModelPlace.Dispatching, Lease: ModelLease.Live })
        {
            var holder = s.Owner < 0 ? default : s.Replica(s.Owner);
            var sending = d.Gate && s.Owner >= 0 && holder.Attempt == s.Attempt && holder.Work == ModelWork.InsideGate;
            if (!sending) yield return Step(ModelStep.LeaseExpires, s with { Lease = ModelLease.Expired });
        }

        if (s is { Place: ModelPlace.Dispatching, Lease: ModelLease.Expired })
        {
            if (d.Recovery == Recovery.Retry && !(d.RetryDeadline && s.Pruned)) yield return Step(ModelStep.RequeuedBlindly, s with { Place = ModelPlace.Approved, Lease = ModelLease.None });
            else yield return Step(ModelStep.RecoveredAsUnknown, s with { Place = ModelPlace.Unknown, Lease = ModelLease.None });
        }

        if (d.Prunes && s.Effects > 0 && !s.Pruned) yield return Step(ModelStep.KeyForgotten, s with { Pruned = true });
        if (s.Place != ModelPlace.Unknown) yield break;
        var unfenced = d.Recovery == Recovery.Probe && d is { Fence: true, FenceFirst: true } && s.Fenced <= s.Attempt;
        if (unfenced) yield return Step(ModelStep.FenceAdvanced, s with { Fenced = s.Attempt + 1 });
        if (d.Recovery == Recovery.Resend)
        {
            yield return Step(ModelStep.SentAgain, s with { Place = ModelPlace.Approved, InDoubt = true });
            if (s.Effects > 0) yield return Step(ModelStep.ProbedApplied, s with { Place = ModelPlace.Done, InDoubt = false });
            yield break;
        }

        var mayProbe = d.Recovery == Recovery.Probe ? !unfenced : d.Recovery == Recovery.ProbeQuiet && !s.Wire.Any;
        if (!mayProbe) yield break;
        if (s.Effects > 0) yield return Step(ModelStep.ProbedApplied, s with { Place = ModelPlace.Done });
        else yield return Step(ModelStep.ProbedAbsent, s with { Place = ModelPlace.Approved });
        if (d.WholeTable && s.Effects == 0) yield return Step(ModelStep.ProbedAbsent, s with { Place = ModelPlace.Failed });
    }
}
