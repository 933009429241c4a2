namespace Sallyport.JsonSchema.Keywords;

/// <summary>Counts in sentences.</summary>
internal static class Plural
{
    /// <summary><c>1 item</c>, <c>2 items</c>; the noun ends in a regular plural.</summary>
    public static string Of(long count, string noun) =>
        count == 1 ? $"1 {noun}" : noun.EndsWith('y') ? $"{count} {noun[..^1]}ies" : $"{count} {noun}s";
}
