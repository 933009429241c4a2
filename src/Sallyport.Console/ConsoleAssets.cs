using System.Reflection;

namespace Sallyport.Console;

/// <summary>The console's style sheet; there is no script.</summary>
public static class ConsoleAssets
{
    /// <summary>The style sheet.</summary>
    public static string Css { get; } = Read();

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Sallyport.Console.console.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
