using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sallyport.JsonSchema.Json;

/// <summary>
/// Reads a string value into the caller's buffer when it is short and spelled without escapes, which nearly all are; else as a string.
/// </summary>
internal static class ShortText
{
    /// <summary>The size of the buffer, in characters.</summary>
    public const int Capacity = 128;

    public static ReadOnlySpan<char> Read(in JsonElement text, Span<char> buffer)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return IsShort(raw, buffer) ? buffer[..Encoding.UTF8.GetChars(raw, buffer)] : text.GetString();
    }

    /// <summary>The same for the name of a property.</summary>
    public static ReadOnlySpan<char> ReadName(in JsonProperty property, Span<char> buffer)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return IsShort(raw, buffer) ? buffer[..Encoding.UTF8.GetChars(raw, buffer)] : property.Name;
    }

    /// <summary>UTF-8 never needs fewer bytes than UTF-16 needs units.</summary>
    private static bool IsShort(ReadOnlySpan<byte> raw, Span<char> buffer) => raw.Length <= buffer.Length && !raw.Contains((byte)'\\');
}
