namespace Sallyport.Simulation.SeededBugs;

/// <summary>A change of one file.</summary>
/// <param name="File">Path from the root of the repository.</param>
/// <param name="Find">Text that stands there exactly once.</param>
/// <param name="Replace">What is put in its place.</param>
internal sealed record Edit(string File, string Find, string Replace);

/// <summary>What must notice a defect.</summary>
internal enum Catcher
{
    /// <summary>The simulation: some seed violates an invariant.</summary>
    Simulation,

    /// <summary>The tests of the single send, against real sockets.</summary>
    SingleSend,

    /// <summary>The tests of permits, which cut a server off from its store on purpose.</summary>
    Permits,

    /// <summary>The tests of the ways out of an unknown outcome.</summary>
    WaysOut,

    /// <summary>The tests of the audit log's publisher, on a disk that fails.</summary>
    Publisher,
}

/// <summary>A deliberate defect, as a patch of the sources; product code knows nothing of it.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Says">What is wrong, in a sentence.</param>
/// <param name="Edits">The patch.</param>
internal sealed record SeededBug(string Name, string Says, params Edit[] Edits)
{
    internal Catcher By { get; init; } = Catcher.Simulation;

    /// <summary>The sources with the defect, by path; null where an edit does not apply any more, with the reason.</summary>
    internal Dictionary<string, string>? Apply(string root, out string? fault)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        fault = null;
        foreach (var edit in Edits)
        {
            var path = Path.Combine(root, edit.File);
            if (!texts.TryGetValue(edit.File, out var text)) text = File.Exists(path) ? File.ReadAllText(path) : "";
            var at = text.IndexOf(edit.Find, StringComparison.Ordinal);
            if (at < 0 || text.IndexOf(edit.Find, at + 1, StringComparison.Ordinal) >= 0)
            {
                fault = $"{Name}: {edit.File} holds \"{edit.Find}\" {(at < 0 ? "nowhere" : "more than once")}";
                return null;
            }

            texts[edit.File] = text[..at] + edit.Replace + text[(at + edit.Find.Length)..];
        }

        return texts;
    }
}
