namespace Sallyport.Identity;

/// <summary>Time as it is recorded.</summary>
public static class Clock
{
    /// <summary>Now, in whole milliseconds: what is stored, shown and hashed is the same value before and after a restart.</summary>
    public static DateTimeOffset Now(this TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
