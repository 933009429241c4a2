using Sallyport.Console.Views;

namespace Sallyport.Server.Console;

/// <summary>The lines in which two texts differ, with a few around them: longest common subsequence, bounded.</summary>
internal static class LinePatch
{
    private const int Around = 3;

    /// <summary>Cells of the table at most; beyond it the differing middle is shown as replaced.</summary>
    private const long MostCells = 4_000_000;

    /// <summary>The patch; empty when the texts are equal.</summary>
    internal static IReadOnlyList<PatchLine> Of(string before, string after)
    {
        if (before == after) return [];
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var head = 0;
        while (head < old.Length && head < now.Length && old[head] == now[head]) head++;
        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        var lines = old[..head].Select(Same).Concat(Middle(old[head..^tail], now[head..^tail])).Concat(old[^tail..].Select(Same)).ToList();
        return Shorten(lines);
    }

    private static List<PatchLine> Middle(string[] old, string[] now)
    {
        if ((long)old.Length * now.Length > MostCells) return [.. old.Select(line => new PatchLine('-', line)), .. now.Select(line => new PatchLine('+', line))];
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new List<PatchLine>();
        var (at, to) = (0, 0);
        while (at < old.Length || to < now.Length)
        {
            if (at < old.Length && to < now.Length && old[at] == now[to])
            {
                lines.Add(Same(old[at++]));
                to++;
            }
            else if (to == now.Length || (at < old.Length && common[at + 1, to] >= common[at, to + 1])) lines.Add(new PatchLine('-', old[at++]));
            else lines.Add(new PatchLine('+', now[to++]));
        }

        return lines;
    }

    private static List<PatchLine> Shorten(List<PatchLine> lines)
    {
        var shown = new List<PatchLine>();
        var wanted = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
            if (lines[i].Kind != ' ') Array.Fill(wanted, true, Math.Max(0, i - Around), Math.Min(lines.Count, i + Around + 1) - Math.Max(0, i - Around));
        for (var i = 0; i < lines.Count; i++)
        {
            if (wanted[i]) shown.Add(lines[i]);
            else if (i == 0 || wanted[i - 1]) shown.Add(new PatchLine('…', ""));
        }

        return shown;
    }

    private static PatchLine Same(string line) => new(' ', line);
}
