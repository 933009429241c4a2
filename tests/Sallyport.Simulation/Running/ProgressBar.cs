using System.Diagnostics;

namespace Sallyport.Simulation.Running;

/// <summary>A bar on a terminal, a line now and then elsewhere.</summary>
internal sealed class ProgressBar(TextWriter output, ulong total, string what) : IDisposable
{
    private const int Width = 40;
    private readonly bool _terminal = !Console.IsOutputRedirected;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private TimeSpan _due;
    private long _done;

    internal void Show(long done)
    {
        lock (_lock)
        {
            _done = Math.Max(_done, done);
            if (_watch.Elapsed < _due) return;
            _due = _watch.Elapsed + (_terminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10));
            Draw();
        }
    }

    internal void Finish()
    {
        lock (_lock)
        {
            Draw();
            if (_terminal) output.WriteLine();
        }
    }

    public void Dispose() => _watch.Stop();

    private void Draw()
    {
        var part = total == 0 ? 1 : Math.Min(1, _done / (double)total);
        var filled = (int)(part * Width);
        var line = FormattableString.Invariant($"[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{total} {what}, {_done / Math.Max(0.001, _watch.Elapsed.TotalSeconds):F0}/s");
        if (_terminal) output.Write('\r' + line);
        else output.WriteLine(line);
    }
}
