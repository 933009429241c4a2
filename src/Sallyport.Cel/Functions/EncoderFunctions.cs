using System.Collections.Immutable;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The encoders extension.</summary>
internal static class EncoderFunctions
{
    internal static ImmutableArray<Overload> All { get; } =
    [
        new("base64.encode", false, [Bytes], CelType.String, (f, a) =>
            f.ChargeBytes(a[0].RawBytes.Length) ? CelValue.From(Convert.ToBase64String(a[0].RawBytes)) : CelActivation.OutOfSteps),
        new("base64.decode", false, [CelType.String], Bytes, (f, a) =>
            f.ChargeBytes(a[0].RawString.Length) ? Decode(a[0].RawString) : CelActivation.OutOfSteps),
    ];

    /// <summary>Padding may be left out.</summary>
    private static CelValue Decode(string text)
    {
        var padded = text.EndsWith('=') ? text : text.PadRight((text.Length + 3) / 4 * 4, '=');
        var octets = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, octets, out var length)
            ? CelValue.OwnBytes(octets[..length])
            : CelValue.Error("base64.decode: the text is not base64");
    }
}
