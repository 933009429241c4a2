using System.Globalization;
using System.Text.Json;
using Sallyport.Approvals;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Identity;

namespace Sallyport.Connectors.PagerDuty;

/// <summary>PagerDuty's REST API and the schedules that policies may name.</summary>
/// <param name="Api">Root of the REST API.</param>
/// <param name="Token">Source of the token.</param>
/// <param name="Schedules">Ids of schedules by the name after <c>oncall:</c>.</param>
public sealed record OncallSite(Uri Api, SecretSource Token, IReadOnlyDictionary<string, IReadOnlyList<string>> Schedules);

/// <summary>Who is on call now, from PagerDuty's schedules (<c>GET /oncalls</c>). An answer is used for at most 30 seconds.</summary>
public sealed class OncallDirectory(OncallSite site, TimeProvider time) : IApproverDirectory, IDisposable
{
    private const int PageSize = 100;
    private const int MostPages = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly DirectoryCache _cache = new(TimeSpan.FromSeconds(30), time);

    private readonly VendorHttp _http = new(site.Api, async (request, cancellation) =>
    {
        request.Headers.TryAddWithoutValidation("Authorization", "Token token=" + await site.Token.ReadAsync(cancellation));
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.pagerduty+json;version=2");
    }, time);

    /// <inheritdoc/>
    public string Scheme => "oncall";

    /// <inheritdoc/>
    public async Task<DirectoryReading> ReadAsync(DirectoryQuery query, CancellationToken cancellation)
    {
        if (!site.Schedules.TryGetValue(query.Name, out var ids))
            throw new DirectoryUnavailableException($"No schedule is configured under the name \"{query.Name}\" (integrations.pager_duty.schedules).");
        return await _cache.GetAsync(query.Name, () => AskAsync(ids, cancellation));
    }

    /// <summary>A hint came that something changed: the next question is asked anew.</summary>
    public void Forget() => _cache.Clear();

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<DirectoryReading> AskAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var now = time.Now();
        var people = new Dictionary<string, ExternalIdentity>(StringComparer.Ordinal);
        try
        {
            for (var page = 0; page < MostPages; page++)
            {
                var schedules = string.Concat(ids.Select(id => "&schedule_ids%5B%5D=" + Uri.EscapeDataString(id)));
                // Without since and until the answer is about this moment; earliest keeps one entry per person and escalation level.
                var answer = await _http.SendAsync(HttpMethod.Get, $"/oncalls?earliest=true&include%5B%5D=users&limit={PageSize}&offset={page * PageSize}{schedules}", null, linked.Token);
                if (!answer.IsSuccess || answer.Json is not { } json || json.List("oncalls") is not { } entries)
                    throw new DirectoryUnavailableException($"PagerDuty did not say who is on call ({(answer.IsSuccess ? "an answer of another form" : answer.Reason)}).");
                foreach (var entry in entries)
                    if (Person(entry, ids, now) is { } person) people[person.Id] = person;
                if (!json.IsTrue("more")) return new DirectoryReading([.. people.Values], "pagerduty:schedule/" + string.Join('+', ids), now);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DirectoryUnavailableException($"PagerDuty did not answer within {Limit.TotalSeconds:0} s.");
        }

        throw new DirectoryUnavailableException($"PagerDuty names more than {MostPages * PageSize} people on call; half an answer is none.");
    }

    /// <summary>The person of an entry of one of the schedules that holds at this moment.</summary>
    private static ExternalIdentity? Person(JsonElement entry, IReadOnlyList<string> ids, DateTimeOffset now)
    {
        if (entry.Object("schedule")?.Text("id") is not { } id || !ids.Contains(id)) return null;
        if (Time(entry, "start") is { } start && start > now) return null;
        if (Time(entry, "end") is { } end && end <= now) return null;
        return entry.Object("user") is { } user && user.Text("id") is { Length: > 0 } userId ? new ExternalIdentity("pagerduty", userId, user.Text("email")) : null;
    }

    private static DateTimeOffset? Time(JsonElement json, string name) => json.Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw new DirectoryUnavailableException("PagerDuty's answer has a time that cannot be read.");
}
