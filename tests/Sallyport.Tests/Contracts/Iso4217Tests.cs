using Sallyport.Contracts.Money;

namespace Sallyport.Tests.Contracts;

public sealed class Iso4217Tests
{
    [Theory]
    [InlineData(32_000, "EUR", "320.00 EUR")]
    [InlineData(500, "JPY", "500 JPY")]
    [InlineData(1_234_567, "KWD", "1,234.567 KWD")]
    [InlineData(-5, "USD", "-0.05 USD")]
    [InlineData(1, "XXX", null)]
    public void Amount_OfMinorUnits_HasTheCurrencysOwnDigits(long minor, string code, string? shown) => Assert.Equal(shown, Iso4217.Format(minor, code));
}
