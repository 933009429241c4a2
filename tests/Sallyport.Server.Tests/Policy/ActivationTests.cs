using System.Text;
using Sallyport.Contracts.Json;
using Sallyport.Proofs.Policies;
using Sallyport.Server.Tests.Support;
using Sallyport.Workflows;

namespace Sallyport.Server.Tests.Policy;

/// <summary>A release becomes the active one only through the gate: proved, and by two people where it may loosen something.</summary>
public sealed class ActivationTests
{
    [Fact, Trait("req", "B10.3"), Trait("req", "A3.3")]
    public async Task Activate_ARelease_WhoseInvariantSomeCallBreaks_IsRefusedWithTheCallAndRecorded()
    {
        await using var gate = await TestGate.StartAsync();
        var before = gate.Server.Release().Hash;
        // The rule pays more at once, the invariant still promises that none does.
        var candidate = await PublishAsync(gate, Bundles.Candidate(
            ("policy.yaml", "args.amount_minor <= 5000 &&", "args.amount_minor <= 7500 &&"), ("policy.yaml", "args.amount_minor > 5000 && args", "args.amount_minor > 7500 && args")));

        var refused = (await ActivateAsync(gate, "otto", candidate)).MustBe(422, "release_refuted");

        Assert.Contains("no-auto-above-small", refused.Text, StringComparison.Ordinal);
        Assert.Equal(before, gate.Server.Release().Hash);
        var leaf = Assert.Single(await gate.EntriesAsync("release.refused"));
        Assert.Equal("no-auto-above-small", leaf.GetProperty("refuted")[0].GetString());
        (await gate.SendAsync(HttpMethod.Get, $"/v1/releases/{candidate}/proof", null, await gate.SessionAsync("otto"))).MustBe(404, "not_found");
    }

    [Fact, Trait("req", "B10.3")]
    public async Task Activate_ARelease_ThatLoosens_NeedsASecondPersonAndKeepsItsProof()
    {
        await using var gate = await TestGate.StartAsync();
        var before = gate.Server.Release().Hash;
        var candidate = await PublishAsync(gate, Bundles.Looser());

        for (var i = 0; i < 2; i++)
        {
            // The same person twice is one person.
            var waiting = (await ActivateAsync(gate, "otto", candidate)).MustBe(202);
            Assert.Equal(("second_person_needed", "loosened", 1), (waiting.Str("outcome"), waiting.Str("verdict"), waiting.Body.GetProperty("people").GetArrayLength()));
            Assert.Contains("approve 1 becomes auto", waiting.Text, StringComparison.Ordinal);
            Assert.Equal(before, gate.Server.Release().Hash);
        }

        Assert.Single(await gate.EntriesAsync("release.activation_requested"));
        Assert.Equal("activated", (await ActivateAsync(gate, "admin", candidate)).MustBe(200).Str("outcome"));
        Assert.Equal(candidate, gate.Server.Release().Hash);
        var leaf = (await gate.EntriesAsync("release.activated"))[^1];
        Assert.Equal((2, "loosened", before), (leaf.GetProperty("people").GetArrayLength(), leaf.GetProperty("verdict").GetString(), leaf.GetProperty("against").GetString()));

        await gate.RestartServerAsync();
        Assert.Equal(candidate, gate.Server.Release().Hash);
        var proof = (await gate.SendAsync(HttpMethod.Get, $"/v1/releases/{candidate}/proof", null, await gate.SessionAsync("dana"))).MustBe(200).Body;
        Assert.Equal(("loosened", before), (proof.GetProperty("change").GetProperty("verdict").GetString(), proof.GetProperty("change").GetProperty("against").GetString()));
        var invariant = proof.GetProperty("claims").EnumerateArray().Single(claim => claim.GetProperty("subject").GetString() == "two-people-above-medium");
        Assert.Equal(("proved", "unsat"), (invariant.GetProperty("status").GetString(), invariant.GetProperty("answer").GetString()));
        // Whoever has the script needs neither us nor our solver; its digest stands beside it.
        Assert.Equal(invariant.GetProperty("query_sha256").GetString(), CanonicalJson.Digest(Encoding.UTF8.GetBytes(invariant.GetProperty("query").GetString()!)));
        var again = ReleaseProof.Of(gate.Server.Release(), active: null).Claims.Single(claim => claim.Subject == "two-people-above-medium");
        Assert.Equal(again.QuerySha256, invariant.GetProperty("query_sha256").GetString());
    }

    [Fact, Trait("req", "B10.3")]
    public async Task Activate_ARelease_ThatTightens_NeedsOnePerson()
    {
        await using var gate = await TestGate.StartAsync();
        var candidate = await PublishAsync(gate, Bundles.Tighter());

        var activated = (await ActivateAsync(gate, "otto", candidate)).MustBe(200);
        Assert.Equal(("activated", "tightened"), (activated.Str("outcome"), activated.Str("verdict")));
        Assert.Equal("already_active", (await ActivateAsync(gate, "otto", candidate)).MustBe(200).Str("outcome"));
        Assert.Equal("medium", (await gate.RefundAsync("ord_000001", 2_000, "EUR", dryRun: true)).MustBe(200, "dry_run").Str("rule"));
    }

    [Theory]
    [InlineData("workflow.yaml", "requests_per_minute: 120", "requests_per_minute: 121", "Requests per minute")]
    [InlineData("workflow.yaml", "amount_per_day: { USD: 5000000", "amount_per_day: { USD: 5000001", "The amount per day in USD")]
    [InlineData("workflow.yaml", "confidence_floor: 0.6", "confidence_floor: 0.5", "confidence floor")]
    [InlineData("policy.yaml", "  - { id: no-automatic-void, tools: [void_refund], never: \"decision == 'auto'\" }\n", "", "no-automatic-void")]
    [InlineData("tools/issue-refund.yaml", "body: { order: \"${args.order_id}\", amount:", "body: { order: \"ord_000001\", amount:", "effect")]
    [InlineData("workflow.yaml", "escalate_to: legal", "escalate_to: fraud", "legal-hold goes to fraud")]
    [InlineData("workflow.yaml", "team: support-operations", "team: fraud", "low confidence")]
    [InlineData("tools/find-customer.yaml", "size(facts.found.data) > 0", "size(facts.found.data) >= 0", "may be read")]
    public async Task Activate_ARelease_ThatLoosensBeyondItsRules_NeedsASecondPerson(string file, string find, string replace, string reason)
    {
        await using var gate = await TestGate.StartAsync();
        var candidate = await PublishAsync(gate, Bundles.Candidate((file, find, replace)));

        Assert.Contains(reason, (await ActivateAsync(gate, "otto", candidate)).MustBe(202).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithABundleThatLoosens_KeepsTheFormerReleaseAndSaysSo()
    {
        var looser = Directory.CreateTempSubdirectory("sallyport-looser-").FullName;
        var bundles = new List<string>();
        await using var gate = await TestGate.StartAsync(options => options.Bundles = bundles.Count == 0 ? options.Bundles : bundles);
        var before = gate.Server.Release().Hash;
        foreach (var (path, text) in Bundles.Looser())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(looser, path))!);
            await File.WriteAllTextAsync(Path.Combine(looser, path), text, TestContext.Current.CancellationToken);
        }

        bundles.Add(looser);
        await gate.RestartServerAsync();

        Assert.Equal(before, gate.Server.Release().Hash);
        Assert.Contains("sallyport release activate", Assert.Single(gate.Server.Notices), StringComparison.Ordinal);
        Directory.Delete(looser, recursive: true);
    }

    [Fact]
    public async Task Activate_ByWhoMayNot_IsRefused()
    {
        await using var gate = await TestGate.StartAsync();
        var candidate = await PublishAsync(gate, Bundles.Tighter());

        (await ActivateAsync(gate, "dana", candidate)).MustBe(403, "role_required");
        (await gate.SendAsync(HttpMethod.Post, $"/v1/releases/{candidate}/activation", null, await gate.TokenAsync())).MustBe(403, "people_only");
        (await ActivateAsync(gate, "otto", "sha256:none")).MustBe(404, "not_found");
    }

    [Fact, Trait("req", "A0.2")]
    public void RefundBundle_EveryPromise_IsProved()
    {
        var release = BundleCompiler.CompileFolder(Repository.RefundBundle).Release!;
        var proof = ReleaseProof.Of(release, active: null);

        Assert.Empty(proof.Claims.Where(claim => claim.Status != ProofStatus.Proved).Select(claim => claim.Says));
        Assert.Contains(proof.Claims, claim => claim is { Check: ProofCheck.Guarantee, Subject: "guarantee:within" });
        Assert.Equal(PolicyVerdict.Equivalent, ReleaseProof.Of(release, release).Change!.Verdict);
        Assert.Empty(ReleaseDifference.Loosenings(release, release));
    }

    private static async Task<string> PublishAsync(TestGate gate, Dictionary<string, string> files) =>
        (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new { files }, await gate.SessionAsync("otto"))).MustBe(201).Str("release")!;

    private static async Task<GateReply> ActivateAsync(TestGate gate, string person, string release) =>
        await gate.SendAsync(HttpMethod.Post, $"/v1/releases/{release}/activation", null, await gate.SessionAsync(person));
}
