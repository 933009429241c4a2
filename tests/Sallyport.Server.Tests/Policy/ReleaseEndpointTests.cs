using System.Text;
using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Policy;

/// <summary>Releases are stored by people, once, with an entry; storing one changes nothing that is decided.</summary>
public sealed class ReleaseEndpointTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Publish_OfACandidate_StoresItBesideTheActiveReleaseWithItsEntry()
    {
        var published = (await PublishAsync("otto", Bundles.Tighter())).MustBe(201);
        (await PublishAsync("admin", Bundles.Tighter())).MustBe(200);

        var listed = (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, await gate.SessionAsync("dana"))).MustBe(200).Body.GetProperty("releases").EnumerateArray().ToList();
        Assert.Equal([(published.Str("release"), false), (gate.Server.Release().Hash, true)], listed.Where(entry => entry.GetProperty("release").GetString() == published.Str("release") || entry.GetProperty("active").GetBoolean())
            .Select(entry => (entry.GetProperty("release").GetString(), entry.GetProperty("active").GetBoolean())));
        var leaves = await gate.EntriesAsync("release.published");
        Assert.Single(leaves, leaf => leaf.GetProperty("release").GetString() == published.Str("release"));
        Assert.Equal("small", (await gate.RefundAsync("ord_000001", 2_000, "EUR", dryRun: true)).MustBe(200, "dry_run").Str("rule"));
    }

    [Fact]
    public async Task Publish_OfAFaultyBundle_NamesEveryFaultAtItsPlaceAndStoresNothing()
    {
        var before = (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, await gate.SessionAsync("otto"))).Text;

        var refused = (await PublishAsync("otto", Bundles.Candidate(("policy.yaml", "facts.customer.tenure_days", "facts.customer.tenure_day")))).MustBe(422, "invalid_bundle");

        Assert.Matches(@"^policy\.yaml:\d+:\d+$", refused.Body.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Contains("tenure_days", refused.Body.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, await gate.SessionAsync("otto"))).Text);
    }

    [Theory]
    [InlineData("../policy.yaml")]
    [InlineData("tools/a/b.yaml")]
    [InlineData("payments/Program.cs")]
    [InlineData("tools/.yaml/../x.yaml")]
    public async Task Publish_OfAPathThatNoBundleHas_IsRefused(string path)
    {
        var files = Bundles.Candidate();
        files[path] = "x";

        (await PublishAsync("otto", files)).MustBe(422, "invalid_bundle");
    }

    [Fact]
    public async Task Publish_ByWhoMayNot_IsRefused()
    {
        (await PublishAsync("dana", Bundles.Candidate())).MustBe(403, "role_required");
        (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new { files = Bundles.Candidate() }, await gate.TokenAsync())).MustBe(403, "people_only");
        (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, await gate.TokenAsync())).MustBe(403, "people_only");
        (await gate.SendAsync(HttpMethod.Get, "/v1/releases", null, null)).MustBe(401, "unauthenticated");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"files":{"policy.yaml":null}}""")]
    [InlineData("""{"files":[]}""")]
    [InlineData("""{"files":{"policy.yaml":7}}""")]
    public async Task Publish_OfSomethingElse_SaysWhatIsWrong(string body) =>
        (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), await gate.SessionAsync("otto"))).MustBe(400, "invalid_request");

    [Fact]
    public async Task Publish_OfALargeBundle_IsTakenUpToItsOwnLimit()
    {
        var files = Bundles.Candidate();
        files["prompts/long.md"] = new string('x', 600_000);
        (await PublishAsync("otto", files)).MustBe(201);

        for (var i = 0; i < 12; i++) files[$"prompts/long-{i}.md"] = new string('x', 900_000);
        // Asked first whether the body is welcome, the server can answer before the connection breaks under what it will not read.
        (await PublishAsync("otto", files, ("Expect", "100-continue"))).MustBe(413, "body_too_large");
    }

    private async Task<GateReply> PublishAsync(string person, Dictionary<string, string> files, params (string Name, string Value)[] headers) =>
        await gate.SendAsync(HttpMethod.Post, "/v1/releases", new StringContent(JsonSerializer.Serialize(new { files }), Encoding.UTF8, "application/json"), await gate.SessionAsync(person), headers);
}
