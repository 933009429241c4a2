using Sallyport.Approvals;
using Sallyport.Connectors.PagerDuty;
using Sallyport.Server.Tests.Support;
using Sallyport.Testing;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>Who is on call: read from the vendor, kept for less than a minute, and unknown whenever the vendor cannot say.</summary>
public sealed class OncallDirectoryTests : IAsyncLifetime
{
    private readonly PagerDutyStub _pager = new();
    private readonly ManualTimeProvider _time = new();
    private OncallDirectory _directory = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _pager.StartAsync();
        var site = new OncallSite(new Uri(_pager.Url), IntegrationGate.Secret(PagerDutyStub.Token).Source, new Dictionary<string, IReadOnlyList<string>> { ["finance"] = ["PFIN", "PFIN2"], ["empty"] = ["PNONE"] });
        _directory = new OncallDirectory(site, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        await _pager.DisposeAsync();
    }

    [Fact, Trait("req", "A2.3")]
    public async Task Reading_OfASchedule_NamesWhoeverIsOnCallNowWithItsSource()
    {
        _pager.Oncalls.AddRange([
            PagerDutyStub.Oncall("PFIN", "PU1", "frank@example.com"), PagerDutyStub.Oncall("PFIN2", "PU2", null, "2026-01-31T00:00:00Z", "2026-01-31T13:00:00Z"),
            PagerDutyStub.Oncall("PFIN", "PLATER", "later@example.com", "2026-01-31T13:00:00Z", "2026-02-01T00:00:00Z"), PagerDutyStub.Oncall("PFIN", "PDONE", "done@example.com", "2026-01-30T00:00:00Z", "2026-01-31T12:00:00Z"),
            PagerDutyStub.Oncall("POTHER", "PU3", "other@example.com"),
        ]);

        var reading = await ReadAsync("finance");

        Assert.Equal([("pagerduty", "PU1", "frank@example.com"), ("pagerduty", "PU2", null)], reading.People.Select(person => (person.System, person.Id, person.Email)));
        Assert.Equal(("pagerduty:schedule/PFIN+PFIN2", _time.GetUtcNow()), (reading.Source, reading.ReadAt));
        Assert.Empty((await ReadAsync("empty")).People);
        Assert.Empty(_pager.Refusals);
    }

    [Fact]
    public async Task Reading_OfManyPages_IsWholeOrNothing()
    {
        _pager.PageSize = 100;
        _pager.Oncalls.AddRange(Enumerable.Range(0, 250).Select(i => PagerDutyStub.Oncall("PFIN", $"PU{i}", null)));
        Assert.Equal(250, (await ReadAsync("finance")).People.Count);
        Assert.Equal(3, _pager.Requests.Count);

        _directory.Forget();
        _pager.Oncalls.AddRange(Enumerable.Range(250, 1_000).Select(i => PagerDutyStub.Oncall("PFIN", $"PU{i}", null)));
        await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync("finance"));
    }

    [Fact]
    public async Task Reading_IsUsedForAWhileAndThenAskedAgain_NeverInsteadOfAFailure()
    {
        _pager.Oncalls.Add(PagerDutyStub.Oncall("PFIN", "PU1", null));
        await ReadAsync("finance");
        _time.Advance(TimeSpan.FromSeconds(29));
        await ReadAsync("finance");
        Assert.Single(_pager.Requests);

        _time.Advance(TimeSpan.FromSeconds(1));
        _pager.FailNext(503);
        var fault = await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync("finance"));
        Assert.Contains("status 503", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PagerDutyStub.Token, fault.Message, StringComparison.Ordinal);
        Assert.Single((await ReadAsync("finance")).People);
        _directory.Forget();
        await ReadAsync("finance");
        Assert.Equal(4, _pager.Requests.Count);
    }

    [Fact]
    public async Task Directory_ThatNeverAnswers_IsUnknownAfterItsTime()
    {
        _pager.HangNext();
        var reading = ReadAsync("finance");
        await TestGate.UntilAsync(() => Task.FromResult(!_pager.Requests.IsEmpty));

        _time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<DirectoryUnavailableException>(() => reading);
    }

    [Fact]
    public async Task Name_ThatIsNotConfigured_IsUnknownAndNotAsked()
    {
        var fault = await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync("nobody"));
        Assert.Contains("integrations.pager_duty.schedules", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_pager.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(301)]
    [InlineData(200)]
    public async Task Answer_ThatIsNone_IsUnknown(int status)
    {
        _pager.FailNext(status);
        await Assert.ThrowsAsync<DirectoryUnavailableException>(() => ReadAsync("finance"));
    }

    private Task<DirectoryReading> ReadAsync(string name) => _directory.ReadAsync(new DirectoryQuery("default", name, null), Cancellation);
}
