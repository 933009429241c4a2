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
        // UTF-8 never needs fewer bytes than UTF-16 needs units.
        if (raw.Length > buffer.Length || raw.Contains((byte)'\\')) return text.GetString();
        return buffer[..Encoding.UTF8.GetChars(raw, buffer)];
    }
}
