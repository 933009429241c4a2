using System.Text;
using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Proofs.Policies;

namespace Sallyport.Workflows;

/// <summary>One proved, refuted or open claim about a release.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Subject">The rule, invariant or clause.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Says">The result in a sentence.</param>
/// <param name="Witness">The call that breaks it, or the example that was asked for.</param>
/// <param name="QuerySha256">Digest of the SMT-LIB 2 script that asks the same of another solver.</param>
/// <param name="Answer">What that solver will say: <c>sat</c> or <c>unsat</c>.</param>
/// <param name="Query">The script itself, for proved invariants and clauses of the guarantee; others are made again from the release's files.</param>
public sealed record ReleaseClaim(
    string Tool, ProofCheck Check, string Subject, ProofStatus Status, string Says, JsonElement? Witness, string? QuerySha256, string? Answer, string? Query = null);

/// <summary>How a release's policies relate to the active release's.</summary>
/// <param name="Against">Hash of the release that it is compared with.</param>
/// <param name="Verdict">The worst of all tools.</param>
/// <param name="Changes">Each way in which decisions change, with one call that shows it.</param>
/// <param name="Beyond">What else loosens: limits, phase, guarantee, invariants, effects.</param>
public sealed record ReleaseChange(string Against, PolicyVerdict Verdict, IReadOnlyList<ReleaseClaim> Changes, IReadOnlyList<string> Beyond)
{
    /// <summary>Whether a second person must agree: unless it is shown that nothing loosens.</summary>
    public bool NeedsSecondPerson => Verdict is PolicyVerdict.Loosened or PolicyVerdict.Unknown || Beyond.Count > 0;
}

/// <summary>What was proved of a release before it was activated; kept with it.</summary>
/// <param name="Release">Hash of the release.</param>
/// <param name="PolicyHash">Digest of the policy as written.</param>
/// <param name="SchemaHash">Digest of the schemas of every input that the proofs range over.</param>
/// <param name="Solver">What proved it.</param>
/// <param name="Claims">Every claim.</param>
/// <param name="Change">The comparison with the release that was active; null for a workflow's first.</param>
public sealed record ReleaseProof(
    string Release, string PolicyHash, string SchemaHash, string Solver, IReadOnlyList<ReleaseClaim> Claims, ReleaseChange? Change)
{
    /// <summary>Longest script that is kept with the release, in UTF-16 units; of longer ones only the digest is.</summary>
    private const int MaxStoredQuery = 64 << 10;

    /// <summary>The invariants, and clauses of the guarantee, that some call breaks: such a release is never activated.</summary>
    public IEnumerable<ReleaseClaim> Refuted =>
        Claims.Where(claim => claim is { Check: ProofCheck.Invariant or ProofCheck.Guarantee, Status: ProofStatus.Refuted });

    /// <summary>Proves a release, and compares it with the active one.</summary>
    public static ReleaseProof Of(Release release, Release? active, ProofOptions? options = null)
    {
        var models = ReleaseModels.Of(release);
        var claims = models.Values.SelectMany(model => PolicyAnalysis.Run(model, options).Results.Select(result =>
            Claim(model.Tool, result.Check, result.Subject, result.Status, result.Says, result.Witness, result.Query))).ToList();
        var schemas = JsonSerializer.SerializeToElement(models.ToDictionary(model => model.Key, model => model.Value.Inputs));
        return new ReleaseProof(
            release.Hash, release.Policies.Values.Select(policy => policy.Hash).FirstOrDefault(""), CanonicalJson.Digest(schemas), Build, claims,
            active is null ? null : Compare(active, release, models, options));
    }

    /// <summary>The proof as it is stored and shown.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, WireJson.Options);

    private static string Build => $"sallyport {typeof(ReleaseProof).Assembly.GetName().Version?.ToString(3)}";

    private static ReleaseChange Compare(Release active, Release release, IReadOnlyDictionary<string, PolicyModel> models, ProofOptions? options)
    {
        var before = ReleaseModels.Of(active);
        var reports = models.Values.Where(model => before.ContainsKey(model.Tool)).Select(model => PolicyComparison.Run(before[model.Tool], model, options)).ToList();
        var changes = reports.SelectMany(report => report.Cells.Select(cell => Claim(
            report.Tool, ProofCheck.Comparison, $"{cell.Before} to {cell.After}", cell.Verdict == PolicyVerdict.Unknown ? ProofStatus.Unknown : ProofStatus.Proved,
            $"{cell.Verdict.ToString().ToLowerInvariant()}: {cell.Says}", cell.Witness, cell.Query))).ToList();
        var worst = new[] { PolicyVerdict.Loosened, PolicyVerdict.Unknown, PolicyVerdict.Tightened }
            .FirstOrDefault(verdict => reports.Exists(report => report.Verdict == verdict), PolicyVerdict.Equivalent);
        return new ReleaseChange(active.Hash, worst, changes,
            [
                .. reports.Where(report => report.Reason is not null).Select(report => $"{report.Tool}: {report.Reason}"), .. ReleaseDifference.Loosenings(active, release),
                .. active.Manifest.Phase == RolloutPhase.LimitedAutonomy ? [] : reports.Where(AsksOthers).Select(report => $"{report.Tool}: in the phase {active.Manifest.Phase} the default approvers decided what a rule now gives to others."),
            ]);
    }

    /// <summary>Before the last phase a person decides also what a rule lets through by itself, so a rule that asks somebody may ask less.</summary>
    private static bool AsksOthers(ComparisonReport report) => report.Cells.Any(cell => cell.Before == "auto" && cell.After.StartsWith("approve", StringComparison.Ordinal));

    private static ReleaseClaim Claim(string tool, ProofCheck check, string subject, ProofStatus status, string says, Witness? witness, SmtQuery? query) => new(
        tool, check, subject, status, says, witness?.Input, query is null ? null : CanonicalJson.Digest(Encoding.UTF8.GetBytes(query.Script.Value)), query?.Answer,
        status == ProofStatus.Proved && check is (ProofCheck.Invariant or ProofCheck.Guarantee) && query?.Script.Value is { Length: <= MaxStoredQuery } script ? script : null);
}
