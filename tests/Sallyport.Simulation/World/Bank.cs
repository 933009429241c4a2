namespace Sallyport.Simulation.World;

/// <summary>How the system of record treats repeated and late requests of a tool.</summary>
internal enum BankMode
{
    /// <summary>It does what it is told, every time, and cannot be asked.</summary>
    Plain,

    /// <summary>The same, but it can be asked what it did.</summary>
    Probed,

    /// <summary>It can be asked, and nothing stays on its way for longer than it says.</summary>
    Bounded,

    /// <summary>It answers a repeated key without a second effect, as long as it remembers the key.</summary>
    Keyed,

    /// <summary>It gives out a credential per attempt and can revoke it, and can be asked.</summary>
    Revocable,

    /// <summary>It refuses attempts below a fence, and can be asked.</summary>
    Fenced,
}

/// <summary>A request that left a replica.</summary>
/// <param name="Mode">The tool's mode.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Key">The action.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Account">The account, or for a void the payment.</param>
/// <param name="Amount">Minor units.</param>
internal sealed record BankRequest(BankMode Mode, string Tool, string Key, int Attempt, string Account, long Amount);

/// <summary>Something that really happened.</summary>
/// <param name="Id">The payment.</param>
/// <param name="Request">The request that made it.</param>
/// <param name="At">When.</param>
internal sealed record BankEffect(string Id, BankRequest Request, TimeSpan At);

/// <summary>What an account says between two changes.</summary>
/// <param name="Balance">Minor units; never the same twice, so that it tells versions apart.</param>
/// <param name="Watched">Whether a person must look at every payment.</param>
/// <param name="Frozen">Whether nothing may be paid.</param>
/// <param name="Since">When it became so.</param>
internal sealed record AccountFacts(long Balance, bool Watched, bool Frozen, TimeSpan Since);

/// <summary>The system of record and its ledger: the truth that the engine's books are held against.</summary>
internal sealed class Bank
{
    private readonly Dictionary<string, List<AccountFacts>> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _fences = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, int Attempt)> _revoked = [];
    private readonly List<BankEffect> _effects = [];

    internal Bank()
    {
        foreach (var name in Accounts) _accounts[name] = [new AccountFacts(100_000 + Accounts.IndexOf(name), Watched: false, Frozen: false, TimeSpan.Zero)];
    }

    internal static IReadOnlyList<string> AccountNames => Accounts;

    private static List<string> Accounts { get; } = ["acc_1", "acc_2", "acc_3"];

    internal IReadOnlyList<BankEffect> Effects => _effects;

    /// <summary>Requests under way: they arrive whoever is still alive.</summary>
    internal List<BankRequest> Wire { get; } = [];

    internal AccountFacts? Account(string name) => _accounts.GetValueOrDefault(name)?[^1];

    internal IReadOnlyList<AccountFacts> Versions(string name) => _accounts[name];

    internal void Change(string name, AccountFacts facts) => _accounts[name].Add(facts);

    internal IEnumerable<BankEffect> Find(string key) => _effects.Where(effect => effect.Request.Key == key);

    internal BankEffect? Payment(string id) => _effects.Find(effect => effect.Id == id);

    internal void Revoke(string key, int attempt) => _revoked.Add((key, attempt));

    internal void Fence(string key, int minimum) => _fences[key] = Math.Max(minimum, _fences.GetValueOrDefault(key));

    /// <summary>Whether a request will be refused when it arrives.</summary>
    internal bool IsFenced(BankRequest request) =>
        (request.Mode == BankMode.Fenced && request.Attempt < _fences.GetValueOrDefault(request.Key)) || _revoked.Contains((request.Key, request.Attempt));

    /// <summary>Takes a request in; the effect, old or new, or null when it was too late for the fence.</summary>
    internal (BankEffect? Effect, bool Fresh) Arrive(BankRequest request, TimeSpan now)
    {
        if (IsFenced(request)) return (null, false);
        if (request.Mode == BankMode.Keyed && Find(request.Key).FirstOrDefault() is { } earlier) return (earlier, false);
        var effect = new BankEffect($"pay_{_effects.Count + 1:D6}", request, now);
        _effects.Add(effect);
        return (effect, true);
    }
}
