using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;
using Sallyport.Verifier;

namespace Sallyport.Server.Tests.People;

/// <summary>Approvals signed with a passkey: what the server takes, and what somebody who owns server and log key cannot forge.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-passkey-").FullName;
    private readonly BundleCopy _bundle = new BundleCopy().WithoutTests().Replace("policy.yaml", "step_up: fresh", "step_up: passkey");
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync(options => options.Bundles = [_bundle.Folder]);

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        _bundle.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("req", "B2.3")]
    public async Task Registration_GoodAndBad_TakesOnlyWhatWebAuthnAllows()
    {
        foreach (var format in (string[])["none", "packed"]) await RegisteredAsync("frank", new SoftPasskey(_gate.Url) { Format = format });
        await RefusedAsync("another origin", new SoftPasskey(_gate.Url) { Origin = "https://evil.example" });
        await RefusedAsync("another site", new SoftPasskey(_gate.Url) { RpId = "evil.example" });
        await RefusedAsync("did not verify the person", new SoftPasskey(_gate.Url) { Flags = 0x01 });
        await RefusedAsync("did not verify the person", new SoftPasskey(_gate.Url) { Flags = 0x04 });
        await RefusedAsync("not asked for", new SoftPasskey(_gate.Url) { Format = "fido-u2f" });
        await RefusedAsync("of type", new SoftPasskey(_gate.Url) { ClientType = "webauthn.get" });
        await RefusedAsync("another challenge", new SoftPasskey(_gate.Url), answer: "AAAA");

        // A challenge is for one person and one use.
        using var twice = new SoftPasskey(_gate.Url);
        var challenge = await OfferAsync("grace");
        (await PostAsync("frank", "/v1/passkeys", twice.Register(challenge))).MustBe(403, "passkey_invalid");
        (await PostAsync("grace", "/v1/passkeys", twice.Register(challenge))).MustBe(201);
        (await PostAsync("grace", "/v1/passkeys", twice.Register(challenge))).MustBe(403, "passkey_invalid");
        (await PostAsync("grace", "/v1/passkeys", twice.Register(await OfferAsync("grace")))).MustBe(403, "passkey_invalid");
        (await _gate.SendAsync(HttpMethod.Post, "/v1/passkeys/offers", null, await _gate.TokenAsync())).MustBe(403, "people_only");
        Assert.Equal(2, (await _gate.SendAsync(HttpMethod.Get, "/v1/passkeys", null, await _gate.SessionAsync("frank"))).MustBe(200).Body.GetProperty("passkeys").GetArrayLength());
        Assert.Equal(3, (await _gate.EntriesAsync("passkey.registered")).Count);
    }

    [Fact]
    [Trait("req", "B2.3")]
    public async Task Approval_ThatNeedsAPasskey_TakesOnlyTheSignatureOfThisPersonOverThisAction()
    {
        using var frank = await RegisteredAsync("frank", new SoftPasskey(_gate.Url));
        using var grace = await RegisteredAsync("grace", new SoftPasskey(_gate.Url));
        using var stranger = new SoftPasskey(_gate.Url);
        var (first, second) = (await PendingAsync("ord_000004", 60_000), await PendingAsync("ord_000004", 60_001));

        (await ApproveAsync("frank", first, null)).MustBe(403, "passkey_required");
        (await ApproveAsync("frank", first, stranger.Sign(await ChallengeAsync("frank", first)))).MustBe(403, "passkey_invalid");
        (await ApproveAsync("frank", first, grace.Sign(await ChallengeAsync("frank", first)))).MustBe(403, "passkey_invalid");
        (await ApproveAsync("frank", first, frank.Sign(await ChallengeAsync("frank", second)))).MustBe(403, "passkey_invalid");
        (await ApproveAsync("frank", first, frank.Sign(await ChallengeAsync("grace", first)))).MustBe(403, "passkey_invalid");
        foreach (var member in (string[])["authenticator_data", "client_data", "signature"])
        {
            var altered = frank.Sign(await ChallengeAsync("frank", first));
            altered[member] = Altered(altered[member]);
            (await ApproveAsync("frank", first, altered)).MustBe(403, "passkey_invalid");
        }

        frank.Flags = 0x01;
        (await ApproveAsync("frank", first, frank.Sign(await ChallengeAsync("frank", first)))).MustBe(403, "passkey_invalid");
        frank.Flags = 0x05;
        (await ApproveAsync("frank", first, frank.Sign(await ChallengeAsync("frank", first)))).MustBe(200, "pending");
        (await ApproveAsync("frank", first, frank.Sign(await ChallengeAsync("frank", first)))).MustBe(409, "already_decided");
        // The same signature again, and a counter that went back: somebody copied the key.
        frank.Count = 0;
        (await ApproveAsync("frank", second, frank.Sign(await ChallengeAsync("frank", second)))).MustBe(403, "passkey_invalid");
        (await ApproveAsync("grace", first, grace.Sign(await ChallengeAsync("grace", first)))).MustBe(200);
        Assert.Equal("succeeded", (await _gate.WaitAsync(await ActionOfAsync(first))).State);
        // A denial must never be held up by a missing device.
        Assert.Equal("denied", (await _gate.DecideAsync("grace", second, approve: false)).State);
    }

    [Fact]
    [Trait("req", "B2.3")]
    [Trait("req", "AC.4")]
    public async Task Export_OfASignedApproval_FailsByNameWhateverFieldIsEdited()
    {
        using var frank = await RegisteredAsync("frank", new SoftPasskey(_gate.Url));
        using var grace = await RegisteredAsync("grace", new SoftPasskey(_gate.Url) { IsRsa = true, Format = "packed" });
        var approval = await PendingAsync("ord_000004", 60_000);
        (await ApproveAsync("frank", approval, frank.Sign(await ChallengeAsync("frank", approval)))).MustBe(200);
        (await ApproveAsync("grace", approval, grace.Sign(await ChallengeAsync("grace", approval)))).MustBe(200);
        Assert.Equal("succeeded", (await _gate.WaitAsync(await ActionOfAsync(approval))).State);
        var forger = await Forger.OfAsync(_gate, Path.Combine(_folder, "export"));

        var honest = forger.Verify();
        Assert.True(honest.Verified, honest.ToText());
        Assert.Equal(2, honest.Signatures);
        var decision = forger.Find("decision.approve");
        var passkey = decision["passkey"]!.AsObject();

        // The forger owns the log's key and signs every change anew; only the people's keys are out of reach.
        foreach (var name in (string[])["action_id", "approval", "release", "tool", "contract_hash", "policy_hash", "rule", "proposer", "param_hash", "facts_hash", "statement"])
            Assert.Contains($"field {name} is not", forger.Edit("decision.approve", leaf => leaf[name] = leaf[name]!.GetValue<string>() + "0"), StringComparison.Ordinal);
        Assert.Contains("field round is not", forger.Edit("decision.approve", leaf => leaf["round"] = 2), StringComparison.Ordinal);
        Assert.Contains("field user_id is not", forger.Edit("decision.approve", leaf => leaf["actor"] = "person:usr_0"), StringComparison.Ordinal);
        foreach (var name in passkey["signed"]!.AsObject().Select(member => member.Key).ToList())
            Assert.Contains("field signed has other digests", forger.Edit("decision.approve", leaf => leaf["passkey"]!["signed"]![name] = "sha256:0"), StringComparison.Ordinal);
        foreach (var name in (string[])["authenticator_data", "client_data", "signature", "credential_id"])
            Assert.Contains(name, forger.Edit("decision.approve", leaf => leaf["passkey"]![name] = Altered(leaf["passkey"]![name]!.GetValue<string>())), StringComparison.Ordinal);
        foreach (var name in decision["passkey"]!["signed"]!.AsObject().Select(member => member.Key).ToList())
            Assert.Contains($"field signed.{name} is not", forger.EditPayload("decision.approve", payload => payload["signed"]![name] = "other"), StringComparison.Ordinal);
        Assert.Contains("field arguments is not", forger.EditPayload("action.accepted", payload => payload["arguments"]!["amount_minor"] = 1), StringComparison.Ordinal);
        Assert.Contains("field diff is not", forger.EditPayload("action.accepted", payload => payload["diff"]!["after"] = 1), StringComparison.Ordinal);
        Assert.Contains("signed approvals, but 2 were needed", forger.Edit("decision.approve", leaf => leaf.Remove("passkey")), StringComparison.Ordinal);
        Assert.Contains("names no passkey that was registered", forger.Edit("passkey.registered", leaf => leaf["user_id"] = "usr_0"), StringComparison.Ordinal);
        using var own = new SoftPasskey(_gate.Url);
        Assert.Contains("field signature does not fit", forger.Edit("passkey.registered", leaf => leaf["public_key"] = OtherKey()), StringComparison.Ordinal);

        // Keys that the people handed over themselves: a registration that the server made up is worth nothing.
        var kept = Path.Combine(_folder, "approvers");
        File.WriteAllLines(kept, [.. (await _gate.EntriesAsync("passkey.registered")).Select(leaf => leaf.GetProperty("thumbprint").GetString()!)]);
        Assert.True(forger.Verify(kept).Verified);
        File.WriteAllText(kept, "sha256:another");
        Assert.Contains("not among those that you kept", forger.Verify(kept).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_OfAPasskey_TakesItAwayButNotWhatItSigned()
    {
        using var frank = await RegisteredAsync("frank", new SoftPasskey(_gate.Url));
        var approval = await PendingAsync("ord_000004", 60_000);
        (await ApproveAsync("frank", approval, frank.Sign(await ChallengeAsync("frank", approval)))).MustBe(200);
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/passkeys/" + frank.CredentialId, null, await _gate.SessionAsync("grace"))).MustBe(404);
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/people/grace/passkeys/" + frank.CredentialId, null, await _gate.SessionAsync("admin"))).MustBe(404);
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/people/frank/passkeys/" + frank.CredentialId, null, await _gate.SessionAsync("grace"))).MustBe(403, "role_required");
        (await _gate.SendAsync(HttpMethod.Delete, "/v1/people/frank/passkeys/" + frank.CredentialId, null, await _gate.SessionAsync("admin"))).MustBe(204);
        Assert.Equal(0, (await _gate.SendAsync(HttpMethod.Get, "/v1/people/frank/passkeys", null, await _gate.SessionAsync("admin"))).MustBe(200).Body.GetProperty("passkeys").GetArrayLength());
        var other = await PendingAsync("ord_000004", 60_001);
        (await ApproveAsync("frank", other, frank.Sign(await ChallengeAsync("frank", other)))).MustBe(403, "passkey_invalid");
        // A removed credential cannot come back, not even as somebody else's.
        (await PostAsync("grace", "/v1/passkeys", frank.Register(await OfferAsync("grace")))).MustBe(403, "passkey_invalid");
        Assert.True((await Forger.OfAsync(_gate, Path.Combine(_folder, "export"))).Verify().Verified);
    }

    private async Task<SoftPasskey> RegisteredAsync(string person, SoftPasskey key)
    {
        (await PostAsync(person, "/v1/passkeys", key.Register(await OfferAsync(person)))).MustBe(201);
        return key;
    }

    private async Task RefusedAsync(string why, SoftPasskey key, string? answer = null)
    {
        using (key)
        {
            var refused = (await PostAsync("frank", "/v1/passkeys", key.Register(await OfferAsync("frank"), answer: answer))).MustBe(403, "passkey_invalid");
            Assert.Contains(why, refused.Str("detail"), StringComparison.Ordinal);
        }
    }

    private async Task<string> OfferAsync(string person) => (await PostAsync(person, "/v1/passkeys/offers", null)).MustBe(201).Str("challenge")!;

    private async Task<string> PendingAsync(string order, long amount) => (await _gate.RefundAsync(order, amount, "EUR")).MustBe(202, "pending").ApprovalId!;

    private async Task<string> ActionOfAsync(string approval) =>
        (await _gate.SendAsync(HttpMethod.Get, "/v1/approvals/" + approval, null, await _gate.SessionAsync("frank"))).MustBe(200).Str("action_id")!;

    private async Task<string> ChallengeAsync(string person, string approval)
    {
        var signing = (await _gate.SendAsync(HttpMethod.Get, $"/v1/approvals/{approval}/signing", null, await _gate.SessionAsync(person))).MustBe(200);
        Assert.Equal("passkey", signing.Str("step_up"));
        return signing.Str("challenge")!;
    }

    private async Task<GateReply> ApproveAsync(string person, string approval, Dictionary<string, string>? passkey)
    {
        var seen = (await _gate.SendAsync(HttpMethod.Get, "/v1/approvals/" + approval, null, await _gate.SessionAsync(person))).MustBe(200);
        return await PostAsync(person, $"/v1/approvals/{approval}/decision", new { decision = "approve", digest = seen.Str("digest"), reason = "signed", passkey });
    }

    private async Task<GateReply> PostAsync(string person, string path, object? body) => await _gate.SendAsync(HttpMethod.Post, path, body, await _gate.SessionAsync(person));

    /// <summary>Another first byte: for base64url the first character carries six whole bits.</summary>
    private static string Altered(string base64Url) => (base64Url[0] == 'A' ? 'B' : 'A') + base64Url[1..];

    private static string OtherKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Somebody with the log's own key, who rewrites an export and signs it anew.</summary>
    private sealed class Forger(string folder, IReadOnlyList<string> lines, LogSigner signer)
    {
        internal static async Task<Forger> OfAsync(TestGate gate, string folder)
        {
            var text = (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, await gate.SessionAsync("dana"))).MustBeText(200);
            var origin = (await gate.SendAsync(HttpMethod.Get, "/audit/checkpoint", null, null)).MustBeText(200).Split('\n')[0];
            var seed = Convert.FromBase64String(File.ReadAllText(Path.Combine(gate.DataFolder, "log.key")).Trim().Split(' ')[0]);
            Directory.CreateDirectory(folder);
            return new Forger(folder, text.Split('\n', StringSplitOptions.RemoveEmptyEntries), new LogSigner(origin, seed));
        }

        internal JsonObject Find(string kind) => lines.Select(Leaf).First(leaf => leaf["kind"]!.GetValue<string>() == kind);

        internal VerificationReport Verify(string? approverKeys = null) => Verify(lines, approverKeys);

        /// <summary>Changes the first entry of a kind; what the verifier then says.</summary>
        internal string Edit(string kind, Action<JsonObject> change) => Forge(kind, line =>
        {
            var leaf = Leaf(line.ToJsonString());
            change(leaf);
            Put(line, leaf);
        });

        /// <summary>Changes what stands beside the first entry of a kind, with a commitment that fits.</summary>
        internal string EditPayload(string kind, Action<JsonObject> change) => Forge(kind, line =>
        {
            var (leaf, payload) = (Leaf(line.ToJsonString()), JsonNode.Parse(line["payload"]!.GetValue<string>())!.AsObject());
            change(payload);
            var text = CanonicalJson.ToText(JsonSerializer.SerializeToElement(payload));
            line["payload"] = text;
            leaf["payload"] = AuditEntry.Commit(Convert.FromBase64String(line["salt"]!.GetValue<string>()), text);
            Put(line, leaf);
        });

        private string Forge(string kind, Action<JsonObject> change)
        {
            var all = lines.Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
            change(all.First(line => Leaf(line.ToJsonString())["kind"]!.GetValue<string>() == kind));
            var report = Verify([.. all.Select(line => line.ToJsonString())], null);
            Assert.False(report.Verified, $"The edit of {kind} went unnoticed.");
            return report.ToText();
        }

        private VerificationReport Verify(IReadOnlyList<string> all, string? approverKeys)
        {
            File.WriteAllLines(Path.Combine(folder, "entries.ndjson"), all);
            var hashes = all.Select(line => MerkleTree.LeafHash(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!)));
            File.WriteAllText(Path.Combine(folder, "checkpoint"), signer.Sign(all.Count, MerkleTree.Root(hashes)));
            File.WriteAllText(Path.Combine(folder, "key"), signer.VerifierKey + "\n");
            return ExportVerifier.Verify(folder, new ReaderTrust(ApproverKeyFile: approverKeys));
        }

        private static JsonObject Leaf(string line) => JsonNode.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!))!.AsObject();

        private static void Put(JsonObject line, JsonObject leaf) => line["leaf"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(CanonicalJson.ToText(JsonSerializer.SerializeToElement(leaf))));
    }
}
