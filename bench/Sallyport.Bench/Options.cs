using System.Globalization;

namespace Sallyport.Bench;

/// <summary>The arguments behind the mode's name.</summary>
internal sealed class Options(string[] arguments)
{
    internal bool AskForHelp => arguments.Contains("--help");

    /// <summary>The whole number behind a name such as <c>--rounds</c>.</summary>
    internal int Number(string name, int otherwise) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
