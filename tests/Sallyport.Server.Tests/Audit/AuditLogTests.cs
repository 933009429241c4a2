using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Sallyport.Audit;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Support;
using Sallyport.Storage.Sqlite;
using Sallyport.Verifier;
using Sallyport.Witness;

namespace Sallyport.Server.Tests.Audit;

/// <summary>The log as the real server serves it: tiles, receipts, rotation, erasure, and the refusal to start on what does not fit.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-audit-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "gate");

    [Fact]
    public async Task Tiles_OfARunningServer_HashToItsCheckpoint()
    {
        await using var server = await StartAsync();
        await SignInAsync(server);
        var note = await PostAsync(server, "/v1/audit/checkpoint");
        var size = int.Parse(note.Split('\n')[1]);
        var hashes = await _http.GetByteArrayAsync($"{server.Url}/audit/tile/0/000.p/{size}", Cancellation);
        Assert.Equal(note.Split('\n')[2], Convert.ToBase64String(Rfc6962.Root(hashes.Chunk(32).ToArray())));
        var bundle = await _http.GetByteArrayAsync($"{server.Url}/audit/tile/entries/000.p/{size}", Cancellation);
        var (at, leaves) = (0, new List<byte[]>());
        while (at < bundle.Length)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at));
            leaves.Add(bundle[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }

        Assert.Equal(Convert.ToHexString(hashes), string.Concat(leaves.Select(leaf => Convert.ToHexString(Rfc6962.LeafHash(leaf)))));
        using var tile = await _http.GetAsync($"{server.Url}/audit/tile/0/000.p/{size}", Cancellation);
        Assert.Contains("immutable", tile.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        foreach (var path in (string[])["0/000", $"0/000.p/{size + 50}", "1/000.p/1", "0/x000/000", "63/000"])
            Assert.Equal(404, (int)(await _http.GetAsync($"{server.Url}/audit/tile/{path}", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Access_WithoutASession_IsToCheckpointAndKeysOnly()
    {
        await using var server = await StartAsync();
        foreach (var path in (string[])["/audit/checkpoint", "/audit/key", "/audit/keys"]) Assert.Equal(200, (int)(await _http.GetAsync(server.Url + path, Cancellation)).StatusCode);
        foreach (var path in (string[])["/audit/tile/0/000.p/1", "/audit/tile/entries/000.p/1", "/v1/audit/trust", "/v1/actions/act_1/receipt"]) Assert.Equal(401, (int)(await _http.GetAsync(server.Url + path, Cancellation)).StatusCode);
        foreach (var path in (string[])["/v1/audit/rotate-key", "/v1/audit/erase", "/v1/audit/checkpoint"]) Assert.Equal(401, (int)(await _http.PostAsync(server.Url + path, null, Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("head is newer", "older copy")]
    [InlineData("database is new", "the database is a new one")]
    [InlineData("head of another store", "is of the store")]
    [InlineData("head is missing", "is missing")]
    [InlineData("key is missing", "is missing")]
    [InlineData("key of another log", "do not belong together")]
    [Trait("req", "A4.1")]
    public async Task Start_OnAFolderThatDoesNotFitTogether_IsRefusedAndSaysWhy(string what, string reason)
    {
        await (await StartAsync()).DisposeAsync();
        var (head, key) = (Path.Combine(Data, "log.head"), Path.Combine(Data, "log.key"));
        if (what == "head is newer")
        {
            File.Copy(Path.Combine(Data, "sallyport.db"), Path.Combine(_folder, "old.db"));
            await using (var newer = await StartAsync())
            {
                await SignInAsync(newer);
                await PostAsync(newer, "/v1/audit/checkpoint");
            }

            File.Copy(Path.Combine(_folder, "old.db"), Path.Combine(Data, "sallyport.db"), overwrite: true);
        }
        else if (what == "database is new") File.Delete(Path.Combine(Data, "sallyport.db"));
        else if (what == "head of another store") File.WriteAllText(head, File.ReadAllText(head).Replace("store ", "store 0", StringComparison.Ordinal));
        else if (what == "head is missing") File.Delete(head);
        else if (what == "key is missing") File.Delete(key);
        else File.WriteAllText(key, Convert.ToBase64String(new byte[32]));

        var refusal = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync());
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sallyport fsck", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop trigger audit_leaf_is_final; update audit_leaf set leaf = cast(replace(cast(leaf as text), 'admin', 'admim') || ' ' as blob) where seq = 0", "is not that of its bytes")]
    [InlineData("drop trigger audit_leaf_is_final; update audit_leaf set actor = 'person:x' where seq = 0", "column actor of entry 0")]
    [InlineData("drop trigger audit_leaf_is_kept; delete from audit_leaf where seq = (select max(seq) from audit_leaf)", "older copy")]
    [InlineData("drop trigger audit_leaf_is_kept; delete from audit_leaf where seq = 0", "Entry 0 is missing")]
    [InlineData("update audit_checkpoint set note = replace(note, 'sallyport/', 'sallypork/')", "is no checkpoint of")]
    [InlineData("insert into audit_node (level, n, hash) values (1, 0, zeroblob(32))", "more than the entries give")]
    [InlineData("insert or replace into audit_payload (seq, salt, payload) values (0, zeroblob(16), '{}')", "payload of entry 0")]
    public async Task Fsck_OfAStoreThatSomebodyEdited_SaysWhatDiffers(string sql, string fault)
    {
        await using (var server = await StartAsync())
        {
            await SignInAsync(server);
            await PostAsync(server, "/v1/audit/rotate-key");
        }

        Assert.Empty((await CheckAsync()).Faults);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "sallyport.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Contains((await CheckAsync()).Faults, found => found.Contains(fault, StringComparison.Ordinal));

        Task<StoreReport> CheckAsync() => StoreCheck.RunAsync(Path.Combine(Data, "sallyport.db"), new HeadFile(Path.Combine(Data, "log.head")), Path.Combine(Data, "log.key"));
    }

    [Fact]
    public async Task Start_OnAStoreOlderThanItsWitness_IsRefused()
    {
        var (witness, options) = await WitnessedAsync();
        await using (witness)
        {
            await (await StartAsync(options)).DisposeAsync();
            // The whole folder is restored from a copy: database, head and key agree with each other.
            CopyFolder(Data, Path.Combine(_folder, "copy"));
            await using (var newer = await StartAsync(options))
            {
                await SignInAsync(newer);
                Assert.Contains("— witness.test ", await PostAsync(newer, "/v1/audit/checkpoint"), StringComparison.Ordinal);
            }

            Directory.Delete(Data, recursive: true);
            CopyFolder(Path.Combine(_folder, "copy"), Data);
            var refusal = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));
            Assert.Contains("a witness has seen", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_WithAPolicyThatCannotBeMet_IsRefused()
    {
        await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(audit => audit.WitnessesRequired = new Dictionary<string, int> { ["money_movement"] = 1 }));
        await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(audit => audit.WitnessesRequired = new Dictionary<string, int> { ["grave"] = 0 }));
    }

    [Fact]
    public async Task Rotation_OfTheKey_IsFollowedByWhoeverKeptTheOldOne()
    {
        await using var server = await StartAsync();
        await SignInAsync(server);
        var kept = Path.Combine(_folder, "kept.key");
        File.WriteAllText(kept, await _http.GetStringAsync(server.Url + "/audit/key", Cancellation));
        var rotated = JsonDocument.Parse(await PostAsync(server, "/v1/audit/rotate-key")).RootElement;
        Assert.Equal(rotated.GetProperty("new_key").GetString(), (await _http.GetStringAsync(server.Url + "/audit/key", Cancellation)).Trim());
        Assert.Equal(2, (await _http.GetStringAsync(server.Url + "/audit/keys", Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // Both keys sign, so a reader of either accepts the checkpoint; only the announcement makes the new key the log's.
        var trust = JsonDocument.Parse(await _http.GetStringAsync(server.Url + "/v1/audit/trust", Cancellation)).RootElement;
        Assert.Equal(File.ReadAllText(kept).Trim(), trust.GetProperty("first_key").GetString());
        var note = trust.GetProperty("rotations").EnumerateArray().Single().GetString()!;
        foreach (var name in (string[])["old_key", "new_key"]) Assert.True(Checkpoint.Parse(note).IsSignedBy([NoteKey.Parse(rotated.GetProperty(name).GetString()!)]));
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal static async Task<WebApplication> WitnessAsync(string data, string logKey) =>
        await WitnessServer.StartAsync(new WitnessConfiguration(data, "witness.test", "http://127.0.0.1:0", [NoteKey.Parse(logKey)]), TimeProvider.System);

    private async Task<(WebApplication Witness, Action<AuditOptions> Options)> WitnessedAsync()
    {
        Directory.CreateDirectory(Data);
        var seed = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        File.WriteAllText(Path.Combine(Data, "log.key"), Convert.ToBase64String(seed));
        var witness = await WitnessAsync(Path.Combine(_folder, "witness"), new LogSigner("gate.test", seed).VerifierKey);
        var key = CosignerKey.Open(Path.Combine(_folder, "witness", "witness.key"), "witness.test").Verifier.ToString();
        return (witness, audit => (audit.Origin, audit.Witnesses) = ("gate.test", [new WitnessOptions { Url = witness.Urls.First(), Key = key }]));
    }

    private async Task<RunningServer> StartAsync(Action<AuditOptions>? audit = null)
    {
        var options = new ServerOptions { Data = Data, Listen = "http://127.0.0.1:0", AdminPassword = TestGate.Password };
        audit?.Invoke(options.Audit);
        return await SallyportServer.StartAsync(options);
    }

    private async Task SignInAsync(RunningServer server)
    {
        using var answer = await _http.PostAsync(server.Url + "/v1/sessions", new StringContent($$"""{"username":"admin","password":"{{TestGate.Password}}"}""", System.Text.Encoding.UTF8, "application/json"), Cancellation);
        var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("token").GetString();
        _http.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    private async Task<string> PostAsync(RunningServer server, string path)
    {
        using var answer = await _http.PostAsync(server.Url + path, null, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
