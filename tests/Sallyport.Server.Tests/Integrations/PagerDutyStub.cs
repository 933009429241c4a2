using System.Collections.Concurrent;
using System.Text.Json;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>PagerDuty's Events API v2 and the on-call part of its REST API, with what each of them verifies.</summary>
internal sealed class PagerDutyStub : VendorStub
{
    public const string RoutingKey = "0123456789abcdef0123456789abcdef";
    public const string Token = "rest-token";

    /// <summary>The state of each alert.</summary>
    public ConcurrentDictionary<string, string> Alerts { get; } = new(StringComparer.Ordinal);

    /// <summary>Triggers as they were taken.</summary>
    public ConcurrentQueue<JsonElement> Triggers { get; } = new();

    /// <summary>Entries of <c>oncalls</c>, in the vendor's form.</summary>
    public List<object> Oncalls { get; } = [];

    /// <summary>Entries per page that the vendor is willing to give.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>An entry of <c>oncalls</c>.</summary>
    public static object Oncall(string schedule, string user, string? email, string? start = null, string? end = null) => new
    {
        schedule = new { id = schedule, type = "schedule_reference" }, escalation_level = 1, start, end, user = new { id = user, type = "user", email, summary = user },
    };

    protected override VendorReply Take(VendorRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/v2/enqueue") => Enqueue(request),
        ("GET", "/oncalls") => List(request),
        _ => Refuse(404, request.Path),
    };

    private VendorReply Enqueue(VendorRequest request)
    {
        var json = request.Json;
        if (request.Body.Length > 512 << 10) return Refuse(413, "too large");
        if (json.GetProperty("routing_key").GetString() != RoutingKey) return Refuse(400, "routing_key");
        if (json.GetProperty("dedup_key").GetString() is not { Length: > 0 and <= 255 } key) return Refuse(400, "dedup_key");
        var action = json.GetProperty("event_action").GetString();
        if (action is not ("trigger" or "acknowledge" or "resolve")) return Refuse(400, "event_action");
        if (action == "trigger")
        {
            var payload = json.GetProperty("payload");
            if (payload.GetProperty("summary").GetString() is not { Length: > 0 and <= 1_024 } || payload.GetProperty("source").GetString() is not { Length: > 0 }) return Refuse(400, "payload");
            if (payload.GetProperty("severity").GetString() is not ("critical" or "error" or "warning" or "info")) return Refuse(400, "severity");
            Triggers.Enqueue(json);
        }

        Alerts[key] = action!;
        return new VendorReply(202, new { status = "success", dedup_key = key });
    }

    private VendorReply List(VendorRequest request)
    {
        if (request.Header("authorization") != "Token token=" + Token) return Refuse(401, "token");
        if (!request.Header("accept").Contains("version=2", StringComparison.Ordinal)) return Refuse(400, "accept");
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.Query);
        if (!query.TryGetValue("schedule_ids[]", out var schedules) || query["earliest"] != "true" || query["include[]"] != "users") return Refuse(400, "query");
        var offset = int.Parse(query["offset"]!, System.Globalization.CultureInfo.InvariantCulture);
        var of = Oncalls.Where(entry => schedules.Contains(JsonSerializer.SerializeToElement(entry).GetProperty("schedule").GetProperty("id").GetString())).ToList();
        return new VendorReply(200, new { oncalls = of.Skip(offset).Take(PageSize), limit = PageSize, offset, more = offset + PageSize < of.Count });
    }
}
