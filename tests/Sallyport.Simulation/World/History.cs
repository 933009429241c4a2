using Sallyport.Contracts.Wire;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Simulation.World;

/// <summary>A request that left, with what was durable at that moment.</summary>
/// <param name="Request">The request.</param>
/// <param name="At">When.</param>
/// <param name="By">The replica's life.</param>
/// <param name="Action">The action's row then.</param>
/// <param name="Intent">Whether its intent was durable.</param>
/// <param name="Decisions">The answers on record then.</param>
internal sealed record SentRequest(BankRequest Request, TimeSpan At, string By, ActionRecord? Action, bool Intent, IReadOnlyList<ApprovalDecision> Decisions);

/// <summary>A halt as the person who asked for it saw it.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Begun">When it was asked for.</param>
internal sealed record SeenHalt(string Scope, TimeSpan Begun)
{
    /// <summary>The receipt; null while the call has not returned.</summary>
    internal HaltReceipt? Receipt { get; set; }

    internal TimeSpan Returned { get; set; } = TimeSpan.MaxValue;

    /// <summary>When somebody asked to lift it.</summary>
    internal TimeSpan Lifted { get; set; } = TimeSpan.MaxValue;

    /// <summary>The generation that each agent's credentials had reached when the halt returned.</summary>
    internal IReadOnlyDictionary<string, int> Generations { get; set; } = new Dictionary<string, int>();

    /// <summary>Whether it voids an agent's credentials; a tool's halt does not.</summary>
    internal bool Revokes(string agent) => Scope == "all" || Scope == "workflow:" + PayBundle.Workflow || Scope == "agent:" + agent;

    internal bool Covers(BankRequest request, string agent) =>
        Scope == "all" || Scope == "workflow:" + PayBundle.Workflow || Scope == "tool:" + request.Tool || Scope == "agent:" + agent;
}

/// <summary>One answer to a proposal.</summary>
/// <param name="Agent">The proposer.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Arguments">What was proposed, canonical.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The answer as it goes over the wire.</param>
/// <param name="ActionId">The action that it names.</param>
/// <param name="Code">The error's code, or null.</param>
/// <param name="At">When.</param>
internal sealed record SeenAnswer(string Agent, string Tool, string Key, string Arguments, int Status, string Body, string? ActionId, string? Code, TimeSpan At);

/// <summary>What the world outside the engine saw. The oracle holds the engine's books against it.</summary>
internal sealed class History
{
    internal List<SentRequest> Sent { get; } = [];

    internal List<SeenHalt> Halts { get; } = [];

    internal List<SeenAnswer> Answers { get; } = [];

    /// <summary>Tokens that were refused or accepted: agent, when it was issued, when the check began, whether it was accepted.</summary>
    internal List<(string Agent, TimeSpan Issued, TimeSpan Began, bool Accepted)> TokenChecks { get; } = [];

    /// <summary>Dry runs: the ids under which they were recorded.</summary>
    internal List<string> DryRuns { get; } = [];

    /// <summary>When which release became the active one.</summary>
    internal List<(TimeSpan At, Release Release)> Activations { get; } = [(TimeSpan.Zero, PayBundle.First)];

    internal bool WasActive(Release release, TimeSpan from, TimeSpan to)
    {
        for (var i = 0; i < Activations.Count; i++)
        {
            var over = i + 1 < Activations.Count ? Activations[i + 1].At : TimeSpan.MaxValue;
            if (Activations[i].Release == release && Activations[i].At <= to && over >= from) return true;
        }

        return false;
    }
}
