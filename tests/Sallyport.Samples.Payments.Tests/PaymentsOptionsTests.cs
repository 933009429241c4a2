using Sallyport.Samples.Payments.Hosting;

namespace Sallyport.Samples.Payments.Tests;

public sealed class PaymentsOptionsTests
{
    [Theory]
    [InlineData("--data d", "--urls")]
    [InlineData("--urls http://127.0.0.1:1", "--data")]
    [InlineData("--urls http://0.0.0.0:1 --data d", "--urls")]
    [InlineData("--urls https://127.0.0.1:1 --data d", "--urls")]
    [InlineData("--urls http://127.0.0.1:1/x --data d", "--urls")]
    [InlineData("--urls http://127.0.0.1:1 --data", "--data needs a value")]
    [InlineData("--urls http://127.0.0.1:1 --data d --seed -1", "--seed")]
    [InlineData("--urls http://127.0.0.1:1 --data d --sede 1", "unknown option --sede")]
    public void Options_ThatAreWrong_SayWhich(string line, string named)
    {
        Assert.Null(PaymentsOptions.Parse(line.Split(' '), _ => "key", out var fault));
        Assert.Contains(named, fault);
    }

    [Theory]
    [InlineData(null, null, "PAYMENTS_API_KEY is not set")]
    [InlineData(" ", null, "PAYMENTS_API_KEY is not set")]
    [InlineData("same", "same", "PAYMENTS_ADMIN_KEY must differ")]
    public void Keys_ThatAreMissingOrEqual_AreRefused(string? api, string? admin, string named)
    {
        Assert.Null(PaymentsOptions.Parse(
            ["--urls", "http://127.0.0.1:1", "--data", "d"], name => name == "PAYMENTS_API_KEY" ? api : admin, out var fault));
        Assert.Contains(named, fault);
    }

    [Fact]
    public void Options_ThatAreComplete_AreTaken()
    {
        var options = PaymentsOptions.Parse(
            ["--urls", "http://localhost:5080", "--data", "d", "--seed", "7", "--ready-file", "r"],
            name => name == "PAYMENTS_API_KEY" ? "api" : null,
            out _);
        Assert.Equal(new PaymentsOptions { Port = 5080, DataDirectory = "d", Seed = 7, ReadyFile = "r", ApiKey = "api", AdminKey = null }, options);
    }
}
