namespace Sallyport.Simulation.Model;

/// <summary>What exploring a design gave.</summary>
/// <param name="States">States reached.</param>
/// <param name="Broken">Broken invariants, each with a shortest way there.</param>
/// <param name="Moves">Every move of the action between places, by the step that made it.</param>
public sealed record Explored(int States, IReadOnlyDictionary<string, IReadOnlyList<string>> Broken, IReadOnlySet<(ModelPlace From, ModelStep Step, ModelPlace To)> Moves);

/// <summary>Visits every state that a design can reach, breadth first, under every interleaving and crash.</summary>
public static class Exploration
{
    /// <summary>What must hold in every state; the names are those of the invariants in the documents.</summary>
    public static IReadOnlyDictionary<string, Func<ModelState, bool>> Invariants { get; } = new Dictionary<string, Func<ModelState, bool>>(StringComparer.Ordinal)
    {
        ["I1"] = state => state.Effects <= 1,
        ["I2"] = state => !state.WithoutIntent,
        ["I3"] = state => !state.Unapproved,
        ["I4"] = state => !(state.Place is ModelPlace.Cancelled or ModelPlace.Denied or ModelPlace.Expired && state.Effects > 0),
        ["I6"] = state => !(state.Place == ModelPlace.Failed && state.Effects > 0),
        ["I5a"] = state => !state.LateSend,
        ["I5b"] = state => !state.LateUnlisted,
        ["I5c"] = state => !state.LateEffect,
    };

    public static Explored Run(Design design)
    {
        var start = new ModelState();
        var from = new Dictionary<ModelState, (string Label, ModelState Before)?> { [start] = null };
        var queue = new Queue<ModelState>([start]);
        var broken = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var moves = new HashSet<(ModelPlace, ModelStep, ModelPlace)>();
        while (queue.TryDequeue(out var state))
        {
            foreach (var (name, holds) in Invariants)
                if (!broken.ContainsKey(name) && !holds(state)) broken[name] = Way(from, state);
            foreach (var (step, label, next) in Successors.Of(state, design))
            {
                if (next.Place != state.Place) moves.Add((state.Place, step, next.Place));
                if (from.TryAdd(next, (label, state))) queue.Enqueue(next);
            }
        }

        return new Explored(from.Count, broken, moves);
    }

    private static List<string> Way(Dictionary<ModelState, (string Label, ModelState Before)?> from, ModelState state)
    {
        var way = new List<string>();
        while (from[state] is { } step)
        {
            way.Add(step.Label);
            state = step.Before;
        }

        way.Reverse();
        return way;
    }
}
