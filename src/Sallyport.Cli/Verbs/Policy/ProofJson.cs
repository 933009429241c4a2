using System.Text;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Proofs.Policies;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>Proofs for programs.</summary>
internal static class ProofJson
{
    internal static object Of(Release release, IEnumerable<ProofReport> reports, IReadOnlyList<CrossAnswer> crossed) => new
    {
        release = release.Hash,
        policy_hash = release.Policies.Values.First().Hash,
        tools = reports.Select(report => new
        {
            report.Tool, status = WireName.Of(report.Status), report.Conflicts, report.Approximations,
            results = report.Results.Select(result => new
            {
                check = WireName.Of(result.Check), result.Subject, status = WireName.Of(result.Status), result.Says, witness = Witness(result.Witness),
                answer = result.Query?.Answer, exact = result.Query?.IsExact.Value, query_sha256 = Digest(result.Query),
            }),
        }),
        cross_check = crossed.Select(answer => new { answer.Solver, answer.Query, answer.Ours, answer.Theirs, agrees = answer.Agrees }),
    };

    internal static object Of(string before, string after, IReadOnlyList<ComparisonReport> reports, IReadOnlyList<string> beyond, string verdict) => new
    {
        before, after, verdict, beyond,
        tools = reports.Select(report => new
        {
            report.Tool, verdict = WireName.Of(report.Verdict), report.Reason,
            changes = report.Cells.Select(cell => new
            {
                cell.Before, cell.After, verdict = WireName.Of(cell.Verdict), cell.Says, witness = Witness(cell.Witness), answer = cell.Query.Answer, query_sha256 = Digest(cell.Query),
            }),
        }),
    };

    private static object? Witness(Witness? witness) => witness is null ? null : new
    {
        mentioned = witness.Mentioned.ToDictionary(pair => pair.Key, pair => pair.Value), witness.Input,
        decision = Decision(witness.Decision), before = Decision(witness.Before),
    };

    private static object? Decision(ReplayedDecision? decision) => decision is null ? null : new
    {
        effect = WireName.Of(decision.Effect), decision.Rule, decision.Approvals, decision.Matched, decision.Failed, decision.BrokenInvariants, decision.OutOfScope,
    };

    private static string? Digest(SmtQuery? query) => query is null ? null : CanonicalJson.Digest(Encoding.UTF8.GetBytes(query.Script.Value));
}
