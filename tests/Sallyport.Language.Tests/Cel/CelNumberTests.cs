using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

public sealed class CelNumberTests
{
    [Theory]
    [InlineData("args.price == 0.1", "0.1", "true")]
    [InlineData("args.price + args.price + args.price == 0.3", "0.1", "true")]
    [InlineData("args.price in [0.1, 0.2]", "0.2", "true")]
    [InlineData("args.price <= 50", "50.00", "true")]
    [InlineData("args.price <= 50", "50.01", "false")]
    [InlineData("args.price * 3 == 100.02", "33.34", "true")]
    [InlineData("args.price * 0.1 == 0.01", "0.1", "true")]
    [InlineData("(args.price > 1 ? args.price : 0.1) + 0.2 == 0.3", "0.5", "true")]
    [InlineData("args.price in [1, 0.1]", "0.1", "true")]
    [InlineData("0.1 == args.price && -0.1 < args.price", "0.1", "true")]
    [InlineData("-args.price == -1.5", "1.5", "true")]
    [InlineData("args.price == 12345678901234567890.12", "12345678901234567890.12", "true")]
    [InlineData("args.price > 79228162514264337593543950334.0", "79228162514264337593543950335", "error: type mismatch: expected decimal, got JSON number")]
    [InlineData("args.price * 1000000000000000000 > 0", "79228162514264337593543950.33", "error: decimal overflow")]
    [InlineData("args.price / 0 == 1", "1.0", "error: divide by zero")]
    [InlineData("string(args.price)", "1.50", "'1.50'")]
    [InlineData("args.price == args.ratio", "0.1", "false")]
    [InlineData("args.price == args.ratio", "0.5", "error: no such key: 'ratio'")]
    [InlineData("math.round(args.price) == 3", "2.5", "true")]
    [InlineData("int(args.price) == 2", "2.9", "true")]
    [InlineData("double(args.price) == 0.5", "0.5", "true")]
    public void Decimal_Amount_IsExact(string source, string price, string expected)
    {
        var args = source.Contains("ratio") && price == "0.1" ? $$"""{"price": {{price}}, "ratio": 0.1}""" : $$"""{"price": {{price}}}""";
        Assert.Equal(expected, CelProbe.Refunds(source, args).ToString());
    }

    [Fact]
    public void Decimal_MixedWithADouble_DoesNotCheck() =>
        Assert.Contains("'(decimal, double)'", CelProbe.OnlyIssue("args.price + args.ratio > 1.0").Message);

    /// <summary>Equal values hash alike, or a map or distinct() would see one number twice.</summary>
    [Fact]
    public void GetHashCode_EqualNumbersOfDifferentTypes_Agree()
    {
        foreach (var n in new[] { 0m, 1m, -1m, 0.5m, 1_000_000m, long.MaxValue, ulong.MaxValue })
        {
            var values = new List<CelValue> { CelValue.From(n), CelValue.From((double)n) };
            if (decimal.Truncate(n) == n && n <= long.MaxValue)
                values.Add(CelValue.From((long)n));
            if (decimal.Truncate(n) == n && n >= 0)
                values.Add(CelValue.From((ulong)n));
            foreach (var (a, b) in values.SelectMany(a => values.Select(b => (a, b))).Where(p => p.a == p.b && Math.Abs(n) < 1_000_000_000))
                Assert.Equal(a.GetHashCode(), b.GetHashCode());
        }
    }

    [Theory]
    [InlineData("9223372036854775807 + 1", "error: int overflow")]
    [InlineData("-9223372036854775808 - 1", "error: int overflow")]
    [InlineData("-(-9223372036854775808)", "error: int overflow")]
    [InlineData("-9223372036854775808 / -1", "error: int overflow")]
    [InlineData("4611686018427387904 * 2", "error: int overflow")]
    [InlineData("-4611686018427387904 * 2", "-9223372036854775808")]
    [InlineData("-7 / 2", "-3")]
    [InlineData("-7 % 2", "-1")]
    [InlineData("0u - 1u", "error: uint overflow")]
    [InlineData("1 / 0", "error: divide by zero")]
    [InlineData("1 % 0", "error: modulus by zero")]
    [InlineData("1.0 / 0.0", "Infinity")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("string(1e21)", "'1e+21'")]
    [InlineData("string(1e20)", "'100000000000000000000'")]
    [InlineData("string(0.0001)", "'0.0001'")]
    [InlineData("string(0.00001)", "'1e-05'")]
    [InlineData("string(-4.5e-3)", "'-0.0045'")]
    [InlineData("string(6.02214e23)", "'6.02214e+23'")]
    [InlineData("{1: 'a'}[1u] + {1u: 'b'}[1.0]", "'ab'")]
    [InlineData("{0: 1, 0u: 2}", "error: repeated key: 0u")]
    [InlineData("double('NaN') == double('NaN')", "false")]
    [InlineData("double('NaN') < 1 || double('NaN') >= 1", "false")]
    [InlineData("dyn(1) == 1.0 && dyn(1u) == 1 && dyn(decimal('1.0')) == 1", "true")]
    public void Arithmetic_Edge_IsCheckedOrExact(string source, string expected) => Assert.Equal(expected, CelProbe.Evaluate(source).ToString());

    [Theory]
    [InlineData("timestamp('2024-02-29T00:00:00Z').getDayOfYear()", "59")]
    [InlineData("timestamp('2100-02-29T00:00:00Z')", "error")]
    [InlineData("timestamp('2024-01-01T00:00:00.123456789+05:30')", "timestamp('2023-12-31T18:30:00.123456789Z')")]
    [InlineData("timestamp('2024-03-31T01:30:00Z').getHours('Europe/Berlin')", "3")]
    [InlineData("timestamp('0001-01-01T00:00:00Z').getFullYear('-12:00')", "0")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", "error")]
    [InlineData("duration('1h30m1.5s')", "duration('5401.5s')")]
    [InlineData("duration('-1.5h') == -duration('90m')", null)]
    [InlineData("duration('9223372036.854775807s')", "duration('9223372036.854775807s')")]
    [InlineData("duration('9223372036.854775808s')", "error")]
    [InlineData("duration('-9223372036.854775808s')", "duration('-9223372036.854775808s')")]
    [InlineData("duration('1ns') + duration('-2ns')", "duration('-0.000000001s')")]
    [InlineData("timestamp(0) + duration('1ns') > timestamp(0)", "true")]
    [InlineData("duration('1')", "error")]
    [InlineData("duration('0')", "duration('0s')")]
    [InlineData("timestamp(0).getHours('Nowhere/City')", "error")]
    public void Time_Edge_HasNanosecondsAndRange(string source, string? expected)
    {
        if (expected is null)
        {
            Assert.False(CelEnvironment.Create([]).Compile(source).Succeeded);
            return;
        }

        var result = CelProbe.Evaluate(source);
        Assert.Equal(expected, result.IsError ? "error" : result.ToString());
    }
}
