using System.Globalization;

namespace Sallyport.Cel.Values;

/// <summary>
/// An IP address. The parser is strict, as two readers of one address must agree: no leading zeros, no zone, no dotted part inside an IPv6
/// address. An IPv6 address that maps an IPv4 one (::ffff:c0a8:1) is that IPv4 address.
/// </summary>
internal sealed record IpAddress(UInt128 Bits, bool IsV4) : OpaqueValue
{
    private const int Groups = 8;

    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    internal static CelType IpType { get; } = CelType.Opaque("net.IP");

    internal override CelType Type => IpType;

    internal override string Text => IsV4
        ? string.Create(CultureInfo.InvariantCulture, $"{(byte)(Bits >> 24)}.{(byte)(Bits >> 16)}.{(byte)(Bits >> 8)}.{(byte)Bits}")
        : TextV6();

    internal int Width => IsV4 ? 32 : 128;

    internal bool IsUnspecified => Bits == 0;

    internal bool IsLoopback => IsV4 ? Bits >> 24 == 127 : Bits == 1;

    internal bool IsLinkLocalUnicast => IsV4 ? Bits >> 16 == 0xA9FE : Bits >> 118 == 0x3FA;

    internal bool IsLinkLocalMulticast => IsV4 ? Bits >> 8 == 0xE00000 : (Bits >> 112 & 0xFF0F) == 0xFF02 && Bits >> 120 == 0xFF;

    internal bool IsMulticast => IsV4 ? Bits >> 28 == 0xE : Bits >> 120 == 0xFF;

    internal bool IsGlobalUnicast =>
        !IsUnspecified && !IsLoopback && !IsMulticast && !IsLinkLocalUnicast && !(IsV4 && Bits == uint.MaxValue);

    /// <summary>The address, or why the text is none.</summary>
    internal static (IpAddress? Address, string? Problem) Parse(string text)
    {
        if (text.Contains('%'))
            return (null, "IP Address with zone value is not allowed");
        if (text.Contains(':') && text.Contains('.'))
            return (null, "IPv4-mapped IPv6 address is not allowed");
        var bits = text.Contains(':') ? ParseV6(text) : ParseV4(text);
        if (bits is not { } value)
            return (null, $"IP Address {CelValue.From(text)} parse error during conversion from string");
        if (!text.Contains(':'))
            return (new(value, true), null);
        return value >> 32 == MappedPrefix >> 32 ? (new(value & uint.MaxValue, true), null) : (new(value, false), null);
    }

    private static UInt128? ParseV4(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4)
            return null;
        UInt128 bits = 0;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || (part[0] == '0' && part.Length > 1) ||
                !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet) || octet > 255)
                return null;
            bits = (bits << 8) | (UInt128)octet;
        }

        return bits;
    }

    private static UInt128? ParseV6(string text)
    {
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
            return Join(text, Groups) is var (all, count) && count == Groups ? all : null;
        if (Join(text[..gap], Groups) is not var (left, leftCount) || Join(text[(gap + 2)..], Groups) is not var (right, rightCount))
            return null;

        // The gap stands for one zero group at least.
        return leftCount + rightCount < Groups ? (leftCount == 0 ? 0 : left << (16 * (Groups - leftCount))) | right : null;
    }

    /// <summary>Colon-separated groups of up to four hexadecimal digits.</summary>
    private static (UInt128 Bits, int Count)? Join(string text, int max)
    {
        if (text.Length == 0)
            return (0, 0);
        var parts = text.Split(':');
        UInt128 bits = 0;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 4 || !ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group))
                return null;
            bits = (bits << 16) | group;
        }

        return parts.Length <= max ? (bits, parts.Length) : null;
    }

    /// <summary>RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as a double colon.</summary>
    private string TextV6()
    {
        var groups = Enumerable.Range(0, Groups).Select(i => (ushort)(Bits >> (16 * (Groups - 1 - i)))).ToArray();
        var (start, length) = (0, 0);
        for (var i = 0; i < Groups; i++)
        {
            var run = groups.Skip(i).TakeWhile(g => g == 0).Count();
            if (run > length)
                (start, length) = (i, run);
        }

        string Show(IEnumerable<ushort> part) => string.Join(':', part.Select(g => g.ToString("x", CultureInfo.InvariantCulture)));
        return length < 2 ? Show(groups) : $"{Show(groups.Take(start))}::{Show(groups.Skip(start + length))}";
    }
}

/// <summary>An address and a prefix length; bits behind the prefix are kept.</summary>
internal sealed record CidrBlock(IpAddress Address, int Prefix) : OpaqueValue
{
    internal static CelType CidrType { get; } = CelType.Opaque("net.CIDR");

    internal override CelType Type => CidrType;

    internal override string Text => string.Create(CultureInfo.InvariantCulture, $"{Address.Text}/{Prefix}");

    internal CidrBlock Masked => this with { Address = Address with { Bits = Address.Bits & Mask } };

    private UInt128 Mask => Prefix == 0 ? 0 : (Address.IsV4 ? uint.MaxValue : UInt128.MaxValue) << (Address.Width - Prefix)
        & (Address.IsV4 ? uint.MaxValue : UInt128.MaxValue);

    /// <summary>The block, or why the text is none.</summary>
    internal static (CidrBlock? Block, string? Problem) Parse(string text)
    {
        var slash = text.IndexOf('/');
        var digits = slash < 0 ? "" : text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || (digits[0] == '0' && digits.Length > 1) ||
            !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix))
            return (null, "network address parse error during conversion from string");
        var (address, problem) = IpAddress.Parse(text[..slash]);
        if (address is null)
            return (null, problem);
        return prefix <= address.Width
            ? (new(address, prefix), null)
            : (null, "network address parse error during conversion from string");
    }

    internal bool Contains(IpAddress other) => other.IsV4 == Address.IsV4 && (other.Bits & Mask) == (Address.Bits & Mask);

    internal bool Contains(CidrBlock other) => other.Prefix >= Prefix && Contains(other.Address);
}
