using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Browser;

/// <summary>A server with the story, and a browser; shared by the tests that only look.</summary>
public sealed class StoryGate : IAsyncLifetime
{
    public TestGate Gate { get; private set; } = null!;

    public Chromium Chromium { get; } = new();

    internal ConsoleStory Story { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Chromium.InitializeAsync();
        Gate = await TestGate.StartAsync();
        Story = await ConsoleStory.TellAsync(Gate);
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Gate.DisposeAsync();
    }
}
