using System.Globalization;

namespace Sallyport.Simulation.World;

/// <summary>What happened, line by line; kept only when somebody wants to read it.</summary>
internal sealed class Trace(bool kept, Func<TimeSpan> now)
{
    private readonly List<string> _lines = [];

    internal IReadOnlyList<string> Lines => _lines;

    internal void Say(string who, FormattableString what)
    {
        if (kept) _lines.Add($"{now().TotalSeconds.ToString("F3", CultureInfo.InvariantCulture),10} {who,-10} {what.ToString(CultureInfo.InvariantCulture)}");
    }
}
