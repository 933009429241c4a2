using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.BadInput;

/// <summary>Every malformed request gets its exact code in a whole problem document, and moves nothing.</summary>
[Trait("req", "A1.6")]
public sealed class BadRequestTests(TestGate gate) : IClassFixture<TestGate>
{
    public static TheoryData<string> Names => [.. BadRequests.All.Select(bad => bad.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_Malformed_IsAnsweredWithItsCode(string name)
    {
        var bad = BadRequests.All.Single(candidate => candidate.Name == name);

        (await bad.SendAsync(gate)).MustBeProblem(bad.Status, bad.Code);

        Assert.Empty(await gate.Payments.LedgerAsync());
    }

    [Fact]
    public void Table_HasAtLeastSixtyCases_WithDifferentNames()
    {
        Assert.True(BadRequests.All.Count() >= 60);
        Assert.Equal(BadRequests.All.Count(), BadRequests.All.Select(bad => bad.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("31")]
    [InlineData("30s")]
    public async Task Wait_OfANumberOfSeconds_IsTaken(string wait)
    {
        var refund = await gate.RefundAsync("ord_000003", 32_000, "EUR");
        await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{refund.ActionId}/cancel", null, await gate.TokenAsync());

        (await gate.SendAsync(HttpMethod.Get, $"/v1/actions/{refund.ActionId}?wait={wait}", null, await gate.TokenAsync())).MustBe(200, "cancelled");
    }

    [Theory]
    [InlineData("-1s")]
    [InlineData("61s")]
    [InlineData("forever")]
    [InlineData("1e9")]
    [InlineData("99999999999999999999")]
    [InlineData("%20")]
    [InlineData("1m")]
    public async Task Wait_Malformed_IsRefused(string wait)
    {
        var refund = await gate.RefundAsync("ord_000003", 32_000, "EUR");

        (await gate.SendAsync(HttpMethod.Get, $"/v1/actions/{refund.ActionId}?wait={wait}", null, await gate.TokenAsync())).MustBeProblem(400, "invalid_request");
    }

    public static TheoryData<byte[]> NoUnicode { get; } = new("{\"arguments\":{},\"reason\":\"\u0001\"}"u8.ToArray().Select(b => b == 1 ? (byte)0xFF : b).ToArray(), [0xFE, 0xFF, 0x00, 0x7B], [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], [0x00]);

    [Theory]
    [MemberData(nameof(NoUnicode))]
    public async Task Body_ThatIsNoUtf8_IsMalformed(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        (await gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", content, await gate.TokenAsync())).MustBeProblem(400, "malformed_json");
    }

    [Fact]
    public async Task Address_WithANullCharacter_IsRefusedBeforeAnyOfOurCode() =>
        Assert.Equal((400, ""), await StatusOfAsync("/v1/actions/act%00_1"));

    private async Task<(int Status, string Text)> StatusOfAsync(string path)
    {
        var reply = await gate.SendAsync(HttpMethod.Get, path, null, await gate.TokenAsync());
        return (reply.Status, reply.Text);
    }

    [Fact]
    public async Task Method_NotAllowed_NamesTheOnesThatAre()
    {
        var refused = await gate.SendAsync(HttpMethod.Put, "/v1/tools/issue_refund/actions", new { }, await gate.TokenAsync());

        Assert.Equal("POST", refused.MustBe(405).Headers["allow"]);
    }

    [Fact]
    public async Task Answers_AllCarryTheSecurityHeaders()
    {
        foreach (var path in (string[])["/healthz", "/v1/nothing", "/v1/tools", "/oauth/token"])
        {
            var reply = await gate.SendAsync(HttpMethod.Get, path, null, null);
            Assert.Equal(("nosniff", "DENY"), (reply.Headers["x-content-type-options"], reply.Headers["x-frame-options"]));
        }
    }
}
