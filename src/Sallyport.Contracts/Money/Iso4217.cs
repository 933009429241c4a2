using System.Collections.Frozen;
using System.Globalization;

namespace Sallyport.Contracts.Money;

/// <summary>Active currency codes of ISO 4217 (list one), without funds and test codes, and how an amount of minor units is written.</summary>
public static class Iso4217
{
    private static readonly FrozenSet<string> WithoutMinorUnit =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> WithThousandths = "BHD IQD JOD KWD LYD OMR TND".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The codes.</summary>
    public static readonly FrozenSet<string> Codes = (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE " +
        "CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES " +
        "KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR " +
        "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND " +
        "TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Decimal places of a currency: 2, except where list one says 0 or 3; null for a code that is not in the list.</summary>
    public static int? Digits(string code) => !Codes.Contains(code) ? null : WithoutMinorUnit.Contains(code) ? 0 : WithThousandths.Contains(code) ? 3 : 2;

    /// <summary>An amount as people read it: 32000 EUR is <c>320.00 EUR</c>, 500 JPY is <c>500 JPY</c>; null where the currency is not known.</summary>
    public static string? Format(long minor, string code)
    {
        if (Digits(code) is not { } digits) return null;
        var scale = digits switch { 0 => 1m, 3 => 1_000m, _ => 100m };
        return $"{(minor / scale).ToString("N" + digits, CultureInfo.InvariantCulture)} {code}";
    }
}
