using System.Text.Json;
using Dapper;
using Sallyport.Audit;
using Sallyport.Protocol;
using Sallyport.Simulation.Actors;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Oracle;

/// <summary>An audit entry as the oracle reads it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Fields">Its members.</param>
internal sealed record BookLeaf(StoredEntry Entry, JsonElement Fields)
{
    /// <summary>The version of the action that it records; null when it records no transition.</summary>
    internal int? Version => Fields.TryGetProperty("version", out var version) ? version.GetInt32() : null;

    internal string Text(string name) => Fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>What the store says when everything is over.</summary>
internal sealed class Books
{
    internal Books(Universe universe)
    {
        var connection = universe.Store.Connection;
        var ids = connection.Query<string>("select id from action order by id").ToList();
        Actions = [.. ids.Select(id => DirectDatabase.Now(universe.Books.FindAsync(Cast.Tenant, id, CancellationToken.None))!)];
        Decisions = [.. ids.SelectMany(id => DirectDatabase.Now(universe.Books.DecisionsAsync(Cast.Tenant, id, CancellationToken.None)).Select(decision => (id, decision)))];
        Leaves = [.. DirectDatabase.Now(universe.Log.ReadAsync(0, int.MaxValue, CancellationToken.None)).Select(entry => new BookLeaf(entry, JsonElement.Parse(entry.Leaf)))];
        Transitions = Leaves.Where(leaf => leaf.Version is not null && leaf.Entry.ActionId is not null).ToLookup(leaf => leaf.Entry.ActionId!);
        Budgets = [.. connection.Query<(string Key, long Reserved, long Spent)>("select key, reserved, spent from budget")];
        Reservations = [.. connection.Query<(string ActionId, string Key, long Amount)>("select action_id, key, amount from reservation")];
    }

    internal IReadOnlyList<ActionRecord> Actions { get; }

    internal IReadOnlyList<(string ActionId, ApprovalDecision Decision)> Decisions { get; }

    internal IReadOnlyList<BookLeaf> Leaves { get; }

    /// <summary>The entries of transitions, by action, in order.</summary>
    internal ILookup<string, BookLeaf> Transitions { get; }

    internal IReadOnlyList<(string Key, long Reserved, long Spent)> Budgets { get; }

    internal IReadOnlyList<(string ActionId, string Key, long Amount)> Reservations { get; }

    internal static long AmountOf(ActionRecord action) =>
        JsonElement.Parse(action.Arguments).TryGetProperty("amount", out var amount) ? amount.GetInt64() : 0;
}
