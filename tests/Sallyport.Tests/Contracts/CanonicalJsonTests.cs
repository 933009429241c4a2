using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Tests.Contracts;

public sealed class CanonicalJsonTests
{
    // RFC 8785, appendix B: bits of the double, text.
    [Theory]
    [InlineData(0x0000000000000000UL, "0")]
    [InlineData(0x8000000000000000UL, "0")]
    [InlineData(0x0000000000000001UL, "5e-324")]
    [InlineData(0x8000000000000001UL, "-5e-324")]
    [InlineData(0x7fefffffffffffffUL, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffffUL, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000UL, "9007199254740992")]
    [InlineData(0xc340000000000000UL, "-9007199254740992")]
    [InlineData(0x4430000000000000UL, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5UL, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6UL, "1e+23")]
    [InlineData(0x44b52d02c7e14af7UL, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4eUL, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4fUL, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50UL, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8cUL, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8dUL, "0.000001")]
    [InlineData(0x41b3de4355555553UL, "333333333.3333332")]
    [InlineData(0x41b3de4355555554UL, "333333333.33333325")]
    [InlineData(0x41b3de4355555555UL, "333333333.3333333")]
    [InlineData(0x41b3de4355555556UL, "333333333.3333334")]
    [InlineData(0x41b3de4355555557UL, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696UL, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959UL, "1424953923781206.2")]
    public void Number_OfTheRfcTable_IsWrittenAsThere(ulong bits, string expected) =>
        Assert.Equal(expected, EcmaScript(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData("""{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"literals":[null,true,false]}""",
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}""")]
    [InlineData("""{"\u20ac":1,"\r":2,"1":3,"\ud83d\ude00":4,"\u0080":5,"\u00f6":6}""", "{\"\\r\":2,\"1\":3,\"\u0080\":5,\"\u00f6\":6,\"\u20ac\":1,\"\ud83d\ude00\":4}")]
    [InlineData("""{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}""", "{\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")]
    [InlineData("""[ 56 , {"d":true,"10":null,"1":[]} ]""", """[56,{"1":[],"10":null,"d":true}]""")]
    public void Value_OfTheRfc_IsWrittenAsThere(string json, string expected) => Assert.Equal(expected, CanonicalJson.ToText(CanonicalJson.Parse(json)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("[1,]")]
    [InlineData("[1] // comment")]
    [InlineData("{} {}")]
    [InlineData("")]
    public void Parse_NotStrictJson_IsRefused(string json) => Assert.ThrowsAny<JsonException>(() => CanonicalJson.Parse(json));

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("9223372036854775808")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e400")]
    public void Number_NotExact_IsRefused(string json) => Assert.Throws<FormatException>(() => CanonicalJson.ToText(CanonicalJson.Parse(json)));

    [Theory]
    [InlineData("9007199254740991")]
    [InlineData("-9007199254740991")]
    public void Number_LargestSafe_IsKept(string json) => Assert.Equal(json, CanonicalJson.ToText(CanonicalJson.Parse(json)));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00x\"")]
    [InlineData("{\"\\ud800\":1}")]
    public void String_LoneSurrogate_IsRefused(string json) =>
        Assert.ThrowsAny<Exception>(() => CanonicalJson.Serialize(CanonicalJson.Parse(json)));

    [Fact]
    public void Number_AnyDouble_ReadsBackToItself()
    {
        const int seed = 8785;
        var random = new SplitMix(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble((long)random.Next());
            if (!double.IsFinite(value)) continue;
            Assert.True(double.Parse(EcmaScript(value), System.Globalization.CultureInfo.InvariantCulture) == value, $"seed {seed}, round {i}, {value:R}");
        }
    }

    // The RFC's table holds integers above 2^53, which the parser refuses in whole-number spelling: "e0" marks them as doubles.
    private static string EcmaScript(double value)
    {
        var text = value.ToString("E16", System.Globalization.CultureInfo.InvariantCulture);
        return CanonicalJson.ToText(CanonicalJson.Parse(text));
    }
}
