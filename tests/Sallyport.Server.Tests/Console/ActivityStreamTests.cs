using System.Net;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Console;

/// <summary>The live stream: people only, news when there are any, over when the session is.</summary>
public sealed class ActivityStreamTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Stream_OfASignedInPerson_TellsOfNewEntriesAndEndsWithTheSession()
    {
        using var dana = await WebVisitor.SignedInAsync(gate, "dana");
        using var answer = await dana.Http.GetAsync("/activity/stream", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("no-store", answer.Headers.CacheControl!.ToString());
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: ready", await NextEventAsync(lines));

        await gate.OpenTaskAsync();
        Assert.Equal("event: changed", await NextEventAsync(lines));

        var token = (await dana.OpenAsync("/account")).QuerySelector("input[name=form_token]")!.GetAttribute("value")!;
        using var signedOut = await dana.PostAsync("/signout", ("form_token", token));
        var last = await NextEventAsync(lines);
        while (last == "event: changed") last = await NextEventAsync(lines);
        Assert.Equal("event: ended", last);
        Assert.Contains("session", await lines.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Stream_WithoutASession_IsRefused()
    {
        using var nobody = new WebVisitor(gate);
        using var answer = await nobody.Http.GetAsync("/activity/stream", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string?> NextEventAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(Cancel) is { } line)
            if (line.StartsWith("event:", StringComparison.Ordinal)) return line;
        return null;
    }
}
