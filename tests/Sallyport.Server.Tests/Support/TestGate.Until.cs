namespace Sallyport.Server.Tests.Support;

/// <content>Waiting for what the server does by itself.</content>
public sealed partial class TestGate
{
    /// <summary>Asks until the answer is yes; the test's own time limit ends it otherwise.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition()) await timer.WaitForNextTickAsync(limit.Token);
    }
}
