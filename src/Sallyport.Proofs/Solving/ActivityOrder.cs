namespace Sallyport.Proofs.Solving;

/// <summary>Open variables by activity: a binary heap whose top took part in the most recent conflicts. Ties go to the older variable.</summary>
internal sealed class ActivityOrder
{
    private readonly List<double> _activity = [];
    private readonly List<int> _heap = [];
    private readonly List<int> _positions = [];
    private double _increment = 1;

    internal void Add()
    {
        _activity.Add(0);
        _positions.Add(-1);
        Restore(_activity.Count - 1);
    }

    /// <summary>Takes the most active variable out; null if none is left.</summary>
    internal int? Pop()
    {
        if (_heap.Count == 0) return null;
        var top = _heap[0];
        _positions[top] = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (_heap.Count > 0) Sink(last, 0);
        return top;
    }

    internal void Restore(int variable)
    {
        if (_positions[variable] >= 0) return;
        _heap.Add(variable);
        Rise(variable, _heap.Count - 1);
    }

    internal void Bump(int variable)
    {
        _activity[variable] += _increment;
        if (_activity[variable] > 1e100)
        {
            for (var i = 0; i < _activity.Count; i++) _activity[i] *= 1e-100;
            _increment *= 1e-100;
        }

        if (_positions[variable] >= 0) Rise(variable, _positions[variable]);
    }

    internal void Decay() => _increment /= 0.95;

    private bool Precedes(int a, int b) => _activity[a] > _activity[b] || (_activity[a] == _activity[b] && a < b);

    private void Rise(int variable, int at)
    {
        while (at > 0 && Precedes(variable, _heap[(at - 1) / 2]))
        {
            Place(_heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        Place(variable, at);
    }

    private void Sink(int variable, int at)
    {
        while ((2 * at) + 1 < _heap.Count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < _heap.Count && Precedes(_heap[child + 1], _heap[child])) child++;
            if (!Precedes(_heap[child], variable)) break;
            Place(_heap[child], at);
            at = child;
        }

        Place(variable, at);
    }

    private void Place(int variable, int at)
    {
        _heap[at] = variable;
        _positions[variable] = at;
    }
}
