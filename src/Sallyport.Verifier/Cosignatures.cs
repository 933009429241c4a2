namespace Sallyport.Verifier;

/// <summary>Counts the cosignatures of witnesses that the reader believes; a line in a believed witness's name that is not its own is a fault.</summary>
internal static class Cosignatures
{
    internal static IReadOnlyList<string> Check(Checkpoint checkpoint, IReadOnlyList<NoteKey> witnesses, int needed, List<string> faults)
    {
        var valid = new List<string>();
        foreach (var witness in witnesses.Where(key => key.Algorithm == NoteKey.Cosignature))
        {
            var claims = checkpoint.Signatures.Where(line => line.StartsWith($"— {witness.Name} ", StringComparison.Ordinal)).ToList();
            if (claims.FirstOrDefault(line => witness.Verifies(line, checkpoint.Text)) is { } line) valid.Add($"{witness.Name} at {witness.CosignedAt(line):yyyy-MM-dd HH:mm:ss}Z");
            else if (claims.Count > 0) faults.Add($"The cosignature in the name of {witness.Name} is not one of its key over this checkpoint.");
        }

        if (valid.Count < needed) faults.Add($"The checkpoint carries {valid.Count} valid cosignatures of believed witnesses; {needed} are needed.");
        return valid;
    }
}
