using System.Collections.Frozen;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>What compiling a bundle gave: a release, or the faults that prevent one.</summary>
/// <param name="Release">The release; null when there are faults.</param>
/// <param name="Faults">Every fault found, by file and line.</param>
public sealed record BundleCompilation(Release? Release, IReadOnlyList<BundleFault> Faults);

/// <summary>Turns the files of a bundle into a release, or says everything that is wrong with them.</summary>
public static class BundleCompiler
{
    /// <summary>Reads and compiles a folder.</summary>
    public static BundleCompilation CompileFolder(string directory)
    {
        var faults = new List<BundleFault>();
        return BundleFiles.Read(directory, faults) is { } files ? Compile(files) : new BundleCompilation(null, faults);
    }

    /// <summary>Compiles files that are in memory already.</summary>
    public static BundleCompilation Compile(BundleFiles files)
    {
        var faults = new List<BundleFault>();
        var drafts = new Dictionary<string, ContractDraft>(StringComparer.Ordinal);
        var allUsable = true;
        foreach (var (path, text) in files.Under("tools"))
        {
            if (BundleSection.Open(path, text, "tool", faults) is not { } section || ContractCompiler.Compile(section) is not { } draft)
            {
                allUsable = false;
                continue;
            }

            if (!drafts.TryAdd(draft.Contract.Name, draft)) section.Fault("/tool", $"The tool \"{draft.Contract.Name}\" is defined twice.");
        }

        if (!files.Texts.Keys.Any(path => path.StartsWith("tools/", StringComparison.Ordinal)))
            faults.Add(new BundleFault("tools", 1, 1, "The bundle has no tool contract: at least one tools/*.yaml is needed."));
        if (allUsable) CheckCompensations(drafts, faults);

        var policySection = PolicySection(files, faults);
        // While a contract cannot be read, "there is no such tool" would be a false lead: only the file's own form is checked.
        var policies = policySection is not null && allUsable ? PolicyCompiler.Compile(policySection, drafts) : null;
        var manifest = ManifestFor(files, drafts, allUsable, faults);
        if (policies is not null && manifest is not null) CheckTickets(policies, manifest, policySection!);
        // A rule with a fault is missing from the table, so tests that name it would be blamed for nothing.
        var tests = faults.Count == 0 && policies is not null && manifest is not null
            ? PolicyTestCompiler.Compile(policySection!, drafts, policies, manifest) : PolicyTestTable.Empty;
        var ordered = faults.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column).ToList();
        if (ordered.Count > 0 || manifest is null || policies is null) return new BundleCompilation(null, ordered);
        return new BundleCompilation(Assemble(files, drafts, manifest, policies, tests), ordered);
    }

    private static BundleSection? PolicySection(BundleFiles files, List<BundleFault> faults)
    {
        if (files["policy.yaml"] is { } text) return BundleSection.Open("policy.yaml", text, "policy", faults);
        faults.Add(new BundleFault("policy.yaml", 1, 1, "The bundle has no policy.yaml: without rules every proposal is denied."));
        return null;
    }

    private static WorkflowManifest? ManifestFor(
        BundleFiles files, Dictionary<string, ContractDraft> drafts, bool allUsable, List<BundleFault> faults)
    {
        if (files["workflow.yaml"] is not { } text)
        {
            faults.Add(new BundleFault("workflow.yaml", 1, 1, "The bundle has no workflow.yaml."));
            return null;
        }

        return BundleSection.Open("workflow.yaml", text, "workflow", faults) is { } section && allUsable ? ManifestCompiler.Compile(section, drafts) : null;
    }

    /// <summary>An approver who is nobody for want of a ticket would leave every such action waiting until it expires.</summary>
    private static void CheckTickets(IReadOnlyDictionary<string, ToolPolicy> policies, WorkflowManifest manifest, BundleSection policy)
    {
        var rule = policies.Values.SelectMany(table => table.Rules).FirstOrDefault(rule => rule.Requirement is { } asked
            && asked.AnyOf.Concat(asked.Then.SelectMany(tier => tier.AnyOf)).Contains(PolicyCompiler.TicketAssignee));
        if (rule is not null && manifest.Inputs.All(input => input.Ticket is null))
            policy.Fault("/rules", $"Rule \"{rule.Id}\" asks the ticket's assignee, but no input of workflow.yaml says where its ticket is: add ticket: {{ system, field }} to one.");
    }

    private static void CheckCompensations(Dictionary<string, ContractDraft> drafts, List<BundleFault> faults)
    {
        foreach (var draft in drafts.Values)
        {
            if (draft.Contract.Reversible is not { } reversible) continue;
            if (!drafts.TryGetValue(reversible.By, out var other))
            {
                draft.Section.Fault("/reversible/by", $"There is no tool \"{reversible.By}\" to compensate with.", NearestName.Find(reversible.By, drafts.Keys));
            }
            else if (other.Contract.ReadOnly)
            {
                draft.Section.Fault("/reversible/by", $"\"{reversible.By}\" only reads, so it cannot undo anything.");
            }
        }
    }

    private static Release Assemble(
        BundleFiles files, Dictionary<string, ContractDraft> drafts, WorkflowManifest manifest, Dictionary<string, ToolPolicy> policies, PolicyTestTable tests)
    {
        var bindings = drafts.Values.ToFrozenDictionary(draft => draft.Contract.Name, draft => new FactBinding(
        [
            .. draft.Programs,
            .. policies.TryGetValue(draft.Contract.Name, out var policy) ? policy.Rules.Select(rule => rule.When) : [],
            .. policies.TryGetValue(draft.Contract.Name, out policy) ? policy.Invariants.Select(invariant => invariant.Condition) : [],
            .. manifest.OutOfScope.SelectMany(scope => scope.When.Where(when => when.Key == draft.Contract.Name).Select(when => when.Value)),
            .. manifest.Guarantee.Tool == draft.Contract.Name
                ? manifest.Guarantee.Approval.Select(clause => clause.When).Append(manifest.Guarantee.Within)
                : [],
        ]));
        return new Release
        {
            Hash = files.Hash,
            Files = files,
            Manifest = manifest,
            Tools = drafts.ToFrozenDictionary(draft => draft.Key, draft => draft.Value.Contract),
            Policies = policies.ToFrozenDictionary(),
            Bindings = bindings,
            Tests = tests,
        };
    }
}
