namespace Sallyport.Storage.Sql;

/// <summary>Times are stored as milliseconds since the epoch: exact, comparable and the same in both databases.</summary>
internal static class Times
{
    internal static long ToMs(this DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    internal static DateTimeOffset FromMs(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    internal static DateTimeOffset? FromMs(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
