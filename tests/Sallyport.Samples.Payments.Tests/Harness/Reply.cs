using System.Text.Json;

namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>An answer that arrived whole.</summary>
internal sealed record Reply(int Status, string Text, string ContentType, bool Replayed, string? RetryAfter)
{
    public JsonElement Body { get; } = JsonElement.Parse(Text);

    public string Code => Body.GetProperty("code").GetString()!;

    public JsonElement[] Data => [.. Body.GetProperty("data").EnumerateArray()];

    public string Str(string name) => Body.GetProperty(name).GetString()!;

    public long Num(string name) => Body.GetProperty(name).GetInt64();

    public void MustBe(int status, string? code = null)
    {
        Assert.True(Status == status, $"Expected {status} {code}, got {Status}: {Text}");
        if (code is not null)
            Assert.Equal(code, Code);
    }
}
