using System.Text.Json;
using Sallyport.Console;
using Sallyport.Console.Views;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Releases;
using Sallyport.Workflows;
using Sallyport.Workflows.Documents;

namespace Sallyport.Server.Console;

/// <summary>A workflow as its page shows it: everything comes from the compiled release, so the page cannot promise what is not enforced.</summary>
internal sealed class WorkflowDetails(IReleaseStore store, ReleaseRegistry releases, ActorNames names)
{
    private const int MostReleases = 1_000;
    private const int ShownReleases = 30;

    internal async Task<WorkflowDetail> MakeAsync(Release release, string tenant, CancellationToken cancellation)
    {
        var manifest = release.Manifest;
        var proof = await store.ProofAsync(release.Hash, cancellation);
        return new WorkflowDetail(
            PermissionMatrix.Of(release), $"{manifest.Owner.Person} answers for it, with {manifest.Owner.Team}: {manifest.Owner.Contact}",
            [.. manifest.Inputs.Select(input => new Sentence(input.Source, input.Says, input.Source))],
            [.. manifest.Outcomes.Select(outcome => new Sentence(outcome.Id, outcome.Says, $"{outcome.Tool}: {Display.Words(outcome.State)}"))],
            [.. manifest.OutOfScope.Select(scope => new Sentence(scope.Id, scope.Says, $"goes to {scope.EscalateTo}"))],
            manifest.ApprovalExpiry, manifest.ConfidenceFloor, [.. Rules(release)], [.. Invariants(release)], proof is null ? [] : [.. Proofs(CanonicalJson.Parse(proof))],
            AuthScopes.Of(release), await ReleasesAsync(manifest.Name, await names.OfAsync(tenant, cancellation), cancellation));
    }

    /// <summary>Two stored releases of a workflow beside each other; null when one is not stored or does not compile any more.</summary>
    internal async Task<ReleaseComparison?> CompareAsync(string tenant, string workflow, string beforeHash, string afterHash, CancellationToken cancellation)
    {
        var (beforeHead, afterHead) = (await store.HeadAsync(beforeHash, cancellation), await store.HeadAsync(afterHash, cancellation));
        if (beforeHead?.Workflow != workflow || afterHead?.Workflow != workflow) return null;
        try
        {
            if (await releases.FindAsync(beforeHash, cancellation) is not { } before || await releases.FindAsync(afterHash, cancellation) is not { } after) return null;
            var files = before.Files.Texts.Keys.Union(after.Files.Texts.Keys).Order(StringComparer.Ordinal)
                .Select(file => new FilePatch(file, LinePatch.Of(before.Files.Texts.GetValueOrDefault(file, ""), after.Files.Texts.GetValueOrDefault(file, ""))));
            var people = await names.OfAsync(tenant, cancellation);
            return new ReleaseComparison(workflow, Named(beforeHead, people), Named(afterHead, people), [.. ReleaseDifference.Loosenings(before, after)], [.. files.Where(file => file.Lines.Count > 0)]);
        }
        catch (InvalidOperationException)
        {
            // The stored files do not compile, or were changed from outside: there is nothing to compare.
            return null;
        }
    }

    private async Task<IReadOnlyList<ReleaseLine>> ReleasesAsync(string workflow, IReadOnlyDictionary<string, string> people, CancellationToken cancellation)
    {
        var heads = (await store.HeadsAsync(MostReleases, cancellation)).Where(head => head.Workflow == workflow).ToList();
        return [.. heads.Take(ShownReleases).Select((head, index) => new ReleaseLine(Named(head, people), index + 1 < heads.Count ? heads[index + 1].Hash : null))];
    }

    private static ReleaseView Named(ReleaseHead head, IReadOnlyDictionary<string, string> people) => ReleaseEndpoints.View(head) with { PublishedBy = people.GetValueOrDefault(head.PublishedBy, head.PublishedBy) };

    private static IEnumerable<PolicyLine> Rules(Release release)
    {
        foreach (var (tool, policy) in release.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal))
        {
            var decisions = PermissionMatrix.Of(release).Rows.First(row => row.Tool == tool).DecidedBy.ToDictionary(decision => decision.Rule ?? "", decision => decision.Says, StringComparer.Ordinal);
            foreach (var rule in policy.Rules) yield return new PolicyLine(tool, rule.Id, rule.Says?.Trim(), rule.When.Source, decisions.GetValueOrDefault(rule.Id, ""), WireName.Of(rule.Outcome));
        }
    }

    private static IEnumerable<Sentence> Invariants(Release release) => release.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal)
        .SelectMany(policy => policy.Value.Invariants.Select(invariant => new Sentence(invariant.Id, invariant.Condition.Source, $"{policy.Key}, {(invariant.Never ? "never" : "always")}")));

    private static IEnumerable<ProofLine> Proofs(JsonElement proof)
    {
        if (!proof.TryGetProperty("claims", out var claims) || claims.ValueKind != JsonValueKind.Array) yield break;
        foreach (var claim in claims.EnumerateArray())
            yield return new ProofLine(Text(claim, "tool"), Text(claim, "check"), Text(claim, "subject"), Text(claim, "status"), Text(claim, "says"));
    }

    private static string Text(JsonElement json, string name) => StepWords.Text(json, name) ?? "";
}
