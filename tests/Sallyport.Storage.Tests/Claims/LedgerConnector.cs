using System.Text.Json;
using Sallyport.Execution;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>A payments system in memory whose promises, answers and delays a test chooses. Its ledger is what really happened.</summary>
internal sealed class LedgerConnector : IConnector
{
    private readonly List<(string Key, int Attempt)> _onTheWay = [];
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _minimum = new(StringComparer.Ordinal);

    /// <summary>What becomes of a request that is sent.</summary>
    internal enum Fate
    {
        /// <summary>Applied, and the answer arrives.</summary>
        Applied,

        /// <summary>Applied, but the answer is lost.</summary>
        AnswerLost,

        /// <summary>Lost on the way: never applied, no answer.</summary>
        RequestLost,

        /// <summary>Still on its way: no answer now, applied when <see cref="Land"/> is called.</summary>
        Late,
    }

    public string Name => "payments";

    /// <summary>The fates of the next requests, in order; then <see cref="Fate.Applied"/>.</summary>
    internal Queue<Fate> Fates { get; } = new();

    /// <summary>Whether the same key is applied only once.</summary>
    internal bool IsIdempotent { get; set; }

    /// <summary>Whether the facts show the effect, as those of a real system would.</summary>
    internal bool FactsFollow { get; set; }

    /// <summary>Whether reads, fences and revocations are answered.</summary>
    internal bool Answers { get; set; } = true;

    /// <summary>Whether fences and revocations are confirmed while the rest answers.</summary>
    internal bool ConfirmsStops { get; set; } = true;

    /// <summary>Applied effects by key, in order.</summary>
    internal List<string> Ledger { get; } = [];

    /// <summary>Requests that reached this system.</summary>
    internal int Received { get; private set; }

    internal int FencesAndRevocations { get; private set; }

    public string? Check(JsonElement request, bool effect) => null;

    public Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation)
    {
        if (!Answers) return Task.FromResult(new ReadOutcome(ReadStatus.Unavailable, default, "down"));
        var path = request.GetProperty("get").GetString()!;
        var refunded = FactsFollow ? 9_000 * Ledger.Count : 0;
        object body = path.StartsWith("/refunds", StringComparison.Ordinal)
            ? new { data = Ledger.Where(key => path.EndsWith(key, StringComparison.Ordinal)).Select(key => new { id = "re_1", idempotency_key = key }) }
            : path.EndsWith("/customer", StringComparison.Ordinal)
                ? new { id = "cus_000003", tenure_days = 700, flags = Array.Empty<string>() }
                : new
                {
                    id = "ord_000003", customer_id = "cus_000003", region = "eu", currency = "EUR", total_minor = 32_000, refunded_minor = refunded,
                    refundable_minor = 32_000 - refunded, status = "paid", disputed = false,
                };
        return Task.FromResult(new ReadOutcome(ReadStatus.Found, JsonSerializer.SerializeToElement(body)));
    }

    public Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout)
    {
        if (!pass.TryLeave()) return Task.FromResult(new EffectOutcome(EffectStatus.NotSent, default, "revoked"));
        var headers = request.GetProperty("headers");
        var sent = (headers.GetProperty("Idempotency-Key").GetString()!, int.Parse(headers.GetProperty("Attempt").GetString()!, null));
        var fate = Fates.TryDequeue(out var next) ? next : Fate.Applied;
        if (fate == Fate.Late) _onTheWay.Add(sent);
        else if (fate != Fate.RequestLost) Receive(sent);
        return Task.FromResult(fate == Fate.Applied
            ? new EffectOutcome(EffectStatus.Applied, JsonSerializer.SerializeToElement(new { id = "re_1" }))
            : new EffectOutcome(EffectStatus.Unknown, default, "no answer"));
    }

    public Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation)
    {
        if (!Answers || !ConfirmsStops) return Task.FromResult(false);
        FencesAndRevocations++;
        if (request.TryGetProperty("delete", out var path)) _stopped.Add(path.GetString()![(path.GetString()!.LastIndexOf('/') + 1)..]);
        else _minimum[request.GetProperty("put").GetString()!["/fences/".Length..]] = request.GetProperty("body").GetProperty("minimum_attempt").GetInt32();
        return Task.FromResult(true);
    }

    /// <summary>Lets what is on its way arrive.</summary>
    internal void Land()
    {
        _onTheWay.ForEach(Receive);
        _onTheWay.Clear();
    }

    private void Receive((string Key, int Attempt) request)
    {
        Received++;
        var refused = _stopped.Contains($"{request.Key}-{request.Attempt}") || request.Attempt < _minimum.GetValueOrDefault(request.Key);
        if (!refused && !(IsIdempotent && Ledger.Contains(request.Key))) Ledger.Add(request.Key);
    }
}
