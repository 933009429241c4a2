using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Workflows;

/// <summary>A release as the store keeps it.</summary>
/// <param name="Hash">Release hash.</param>
/// <param name="Workflow">Workflow.</param>
/// <param name="Files">Path and text.</param>
/// <param name="Active">Whether it is the active one.</param>
/// <param name="Version">The manifest's version.</param>
public sealed record StoredRelease(string Hash, string Workflow, IReadOnlyDictionary<string, string> Files, bool Active, string Version = "");

/// <summary>A release without its files.</summary>
/// <param name="Hash">Release hash.</param>
/// <param name="Workflow">Workflow.</param>
/// <param name="Version">The manifest's version.</param>
/// <param name="Active">Whether it is the active one.</param>
/// <param name="PublishedAt">When it was first stored.</param>
/// <param name="PublishedBy">Who stored it, as audit entries name them.</param>
/// <param name="ActivatedAt">When it last became the active one; null when it never was.</param>
public sealed record ReleaseHead(
    string Hash, string Workflow, string Version, bool Active, DateTimeOffset PublishedAt, string PublishedBy, DateTimeOffset? ActivatedAt);

/// <summary>The durable side of releases; SQLite and PostgreSQL implement it.</summary>
public interface IReleaseStore
{
    /// <summary>
    /// Stores a release and makes it the active one of its workflow, in one transaction with its entry; false, and nothing done, when the
    /// active one is not the one that it was compared with.
    /// </summary>
    /// <param name="release">The release.</param>
    /// <param name="instead">Hash of the active release that it replaces; null where none is active.</param>
    /// <param name="proof">What was proved of it, as JSON.</param>
    /// <param name="leaf">The entry.</param>
    /// <param name="cancellation">Cancels.</param>
    Task<bool> ActivateAsync(StoredRelease release, string? instead, string? proof, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>
    /// Notes who asks for a release to replace the active one, with an entry the first time; everybody who asked so far, or null when
    /// another one is active.
    /// </summary>
    Task<IReadOnlyList<string>?> RequestActivationAsync(string release, string against, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Records something about a release that changes none.</summary>
    Task<bool> AppendAsync(AuditDraft leaf, CancellationToken cancellation);

    /// <summary>What was proved of a release when it was activated, as JSON; null if it never was.</summary>
    Task<string?> ProofAsync(string hash, CancellationToken cancellation);

    /// <summary>Stores a release without making it active, in one transaction with its entry; false, and no entry, when it is stored already.</summary>
    Task<bool> PublishAsync(StoredRelease release, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The newest releases first.</summary>
    Task<IReadOnlyList<ReleaseHead>> HeadsAsync(int limit, CancellationToken cancellation);

    /// <summary>One release without its files, or null.</summary>
    Task<ReleaseHead?> HeadAsync(string hash, CancellationToken cancellation);

    /// <summary>Starts a run of a shadow candidate, in one transaction with its entry; false when one runs for the workflow already.</summary>
    Task<bool> StartShadowAsync(string workflow, string release, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Ends the run of a workflow's shadow candidate; false when none runs.</summary>
    Task<bool> StopShadowAsync(string workflow, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The last run of each workflow.</summary>
    Task<IReadOnlyList<ShadowRun>> ShadowsAsync(CancellationToken cancellation);

    /// <summary>Active releases.</summary>
    Task<IReadOnlyList<StoredRelease>> ActiveAsync(CancellationToken cancellation);

    /// <summary>A release by hash, or null.</summary>
    Task<StoredRelease?> FindAsync(string hash, CancellationToken cancellation);
}

/// <summary>Compiled releases: the active one of every workflow, and older ones that unsettled actions still refer to.</summary>
public sealed class ReleaseRegistry(IReleaseStore store)
{
    private readonly Func<StoredRelease, Release> _compile = Compile;
    private readonly ConcurrentDictionary<string, Release> _active = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Release> _byHash = new(StringComparer.Ordinal);

    /// <summary>With releases that were compiled before, for simulations that start a server thousands of times.</summary>
    internal ReleaseRegistry(IReleaseStore store, Func<StoredRelease, Release> compile) : this(store) => _compile = compile;

    /// <summary>Active releases.</summary>
    public IEnumerable<Release> Active => _active.Values;

    /// <summary>The active release of a workflow, or null.</summary>
    public Release? ActiveOf(string workflow) => _active.GetValueOrDefault(workflow);

    /// <summary>Loads what the store says is active.</summary>
    /// <exception cref="InvalidOperationException">A stored release does not compile with this version of the program.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var stored in await store.ActiveAsync(cancellation)) Keep(_compile(stored), active: true);
    }

    /// <summary>
    /// Proves a release and makes it the active one, unless some call breaks an invariant or the guarantee. Where it is not shown that
    /// nothing loosens, a second person must ask for the same.
    /// </summary>
    /// <param name="release">The release.</param>
    /// <param name="actor">Who asks, as audit entries name them.</param>
    /// <param name="isPerson">Whether that is a person, whose word counts where two are needed.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<Activation> ActivateAsync(Release release, string actor, bool isPerson, CancellationToken cancellation)
    {
        var active = ActiveOf(release.Manifest.Name);
        if (active?.Hash == release.Hash) return new Activation(ActivationOutcome.AlreadyActive, null, []);
        var proof = ReleaseProof.Of(release, active);
        if (proof.Refuted.Any())
        {
            await store.AppendAsync(Leaf("release.refused", actor, release, proof, []), cancellation);
            return new Activation(ActivationOutcome.Refuted, proof, []);
        }

        IReadOnlyList<string> people = isPerson ? [actor] : [];
        if (proof.Change is { NeedsSecondPerson: true } change)
        {
            await PublishAsync(release, actor, cancellation);
            if (isPerson)
            {
                var asked = await store.RequestActivationAsync(release.Hash, change.Against, Leaf("release.activation_requested", actor, release, proof, []), cancellation);
                if (asked is null) return new Activation(ActivationOutcome.ActiveChanged, proof, people);
                people = asked;
            }

            if (people.Count < 2) return new Activation(ActivationOutcome.SecondPersonNeeded, proof, people);
        }

        var stored = new StoredRelease(release.Hash, release.Manifest.Name, release.Files.Texts, true, release.Manifest.Version);
        if (!await store.ActivateAsync(stored, active?.Hash, proof.ToJson(), Leaf("release.activated", actor, release, proof, people), cancellation))
            return new Activation(ActivationOutcome.ActiveChanged, proof, people);
        Keep(release, active: true);
        return new Activation(ActivationOutcome.Activated, proof, people);
    }

    /// <summary>Stores a compiled release, so that it can be tried before it is activated; false when it is stored already.</summary>
    public Task<bool> PublishAsync(Release release, string actor, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("release.published", actor)
        {
            Fields = new() { ["workflow"] = release.Manifest.Name, ["version"] = release.Manifest.Version, ["release"] = release.Hash },
        };
        return store.PublishAsync(new StoredRelease(release.Hash, release.Manifest.Name, release.Files.Texts, false, release.Manifest.Version), leaf, cancellation);
    }

    /// <summary>The release of a hash, compiled from what was stored; null when it is unknown.</summary>
    public async Task<Release?> FindAsync(string hash, CancellationToken cancellation)
    {
        if (_byHash.TryGetValue(hash, out var known)) return known;
        return await store.FindAsync(hash, cancellation) is { } stored ? Keep(_compile(stored), active: false) : null;
    }

    private static AuditDraft Leaf(string kind, string actor, Release release, ReleaseProof proof, IReadOnlyList<string> people)
    {
        var fields = new JsonObject
        {
            ["workflow"] = release.Manifest.Name, ["version"] = release.Manifest.Version, ["release"] = release.Hash,
            ["policy_hash"] = proof.PolicyHash, ["schema_hash"] = proof.SchemaHash, ["proof"] = CanonicalJson.Digest(Encoding.UTF8.GetBytes(proof.ToJson())),
        };
        if (proof.Change is { } change) (fields["against"], fields["verdict"]) = (change.Against, WireName.Of(change.Verdict));
        if (people.Count > 0) fields["people"] = new JsonArray([.. people.Select(person => JsonValue.Create(person))]);
        if (proof.Refuted.Any()) fields["refuted"] = new JsonArray([.. proof.Refuted.Select(claim => JsonValue.Create(claim.Subject))]);
        return new AuditDraft(kind, actor) { Fields = fields, Correlations = [release.Hash] };
    }

    private Release Keep(Release release, bool active)
    {
        _byHash[release.Hash] = release;
        if (active) _active[release.Manifest.Name] = release;
        return release;
    }

    private static Release Compile(StoredRelease stored)
    {
        var files = new BundleFiles(stored.Files);
        if (files.Hash != stored.Hash) throw new InvalidOperationException($"The stored release {stored.Hash} does not match its hash; the store was changed from outside.");
        var compilation = BundleCompiler.Compile(files);
        return compilation.Release ?? throw new InvalidOperationException(
            $"The stored release {stored.Hash} does not compile: {string.Join(" ", compilation.Faults.Select(fault => fault.ToString()))}");
    }
}
