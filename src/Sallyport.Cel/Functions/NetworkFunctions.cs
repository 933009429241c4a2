using System.Collections.Immutable;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The network extension: IP addresses and CIDR blocks.</summary>
internal static class NetworkFunctions
{
    private static readonly CelType Ip = IpAddress.IpType;
    private static readonly CelType Cidr = CidrBlock.CidrType;

    internal static ImmutableArray<Overload> All { get; } =
    [
        new("ip", false, [CelType.String], Ip, (_, a) => ParseIp(a[0])),
        new("isIP", false, [CelType.String], Bool, (_, a) => CelValue.From(!ParseIp(a[0]).IsError)),
        new("ip.isCanonical", false, [CelType.String], Bool, (_, a) => IsCanonical(a[0])),
        new("cidr", false, [CelType.String], Cidr, (_, a) => ParseCidr(a[0])),
        new("isCIDR", false, [CelType.String], Bool, (_, a) => CelValue.From(!ParseCidr(a[0]).IsError)),
        new("string", false, [Ip], CelType.String, (_, a) => CelValue.From(a[0].RawOpaque.Text)),
        new("string", false, [Cidr], CelType.String, (_, a) => CelValue.From(a[0].RawOpaque.Text)),
        new("family", true, [Ip], Int, (_, a) => CelValue.From(IpOf(a[0]).IsV4 ? 4L : 6L)),
        Test("isUnspecified", ip => ip.IsUnspecified),
        Test("isLoopback", ip => ip.IsLoopback),
        Test("isGlobalUnicast", ip => ip.IsGlobalUnicast),
        Test("isLinkLocalMulticast", ip => ip.IsLinkLocalMulticast),
        Test("isLinkLocalUnicast", ip => ip.IsLinkLocalUnicast),
        new("containsIP", true, [Cidr, Ip], Bool, (_, a) => CelValue.From(CidrOf(a[0]).Contains(IpOf(a[1])))),
        new("containsIP", true, [Cidr, CelType.String], Bool, (_, a) => ContainsIp(CidrOf(a[0]), ParseIp(a[1]))),
        new("containsCIDR", true, [Cidr, Cidr], Bool, (_, a) => CelValue.From(CidrOf(a[0]).Contains(CidrOf(a[1])))),
        new("containsCIDR", true, [Cidr, CelType.String], Bool, (_, a) => ContainsCidr(CidrOf(a[0]), ParseCidr(a[1]))),
        new("ip", true, [Cidr], Ip, (_, a) => CelValue.Opaque(CidrOf(a[0]).Address)),
        new("masked", true, [Cidr], Cidr, (_, a) => CelValue.Opaque(CidrOf(a[0]).Masked)),
        new("prefixLength", true, [Cidr], Int, (_, a) => CelValue.From((long)CidrOf(a[0]).Prefix)),
    ];

    private static IpAddress IpOf(in CelValue value) => (IpAddress)value.RawOpaque;

    private static CidrBlock CidrOf(in CelValue value) => (CidrBlock)value.RawOpaque;

    private static Overload Test(string name, Func<IpAddress, bool> test) =>
        new(name, true, [Ip], Bool, (_, a) => CelValue.From(test(IpOf(a[0]))));

    private static CelValue ParseIp(in CelValue text)
    {
        var (address, problem) = IpAddress.Parse(text.RawString);
        return address is null ? CelValue.Error(problem!) : CelValue.Opaque(address);
    }

    private static CelValue ParseCidr(in CelValue text)
    {
        var (block, problem) = CidrBlock.Parse(text.RawString);
        return block is null ? CelValue.Error(problem!) : CelValue.Opaque(block);
    }

    private static CelValue IsCanonical(in CelValue text)
    {
        var address = ParseIp(text);
        return address.IsError ? address : CelValue.From(address.RawOpaque.Text == text.RawString);
    }

    private static CelValue ContainsIp(CidrBlock block, in CelValue address) =>
        address.IsError ? address : CelValue.From(block.Contains(IpOf(address)));

    private static CelValue ContainsCidr(CidrBlock block, in CelValue other) =>
        other.IsError ? other : CelValue.From(block.Contains(CidrOf(other)));
}
