using System.Collections.Frozen;

namespace Sallyport.Cel.Syntax;

/// <summary>What a name may look like.</summary>
internal static class Names
{
    private static readonly FrozenSet<string> Keywords = FrozenSet.Create("false", "in", "null", "true");

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
        "var", "void", "while");

    internal static bool IsKeyword(string name) => Keywords.Contains(name);

    /// <summary>Words kept for host languages: fine as a member or method, never as a variable.</summary>
    internal static bool IsReserved(string name) => Reserved.Contains(name);

    internal static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';

    internal static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    internal static bool IsIdentifier(string name)
    {
        if (name.Length == 0 || !IsStart(name[0]) || IsKeyword(name))
            return false;
        foreach (var c in name)
        {
            if (!IsPart(c))
                return false;
        }

        return true;
    }
}
