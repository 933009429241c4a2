using Sallyport.Language.Tests.Cel;

namespace Sallyport.Language.Tests;

/// <summary>The conformance reports that this program prints, by suite name.</summary>
internal static class ConformanceCommands
{
    private static readonly Dictionary<string, Func<TextWriter, int>> Suites = new()
    {
        ["cel"] = CelConformanceReport.Print,
        ["json-schema"] = JsonSchema.JsonSchemaConformance.Run,
    };

    /// <summary>The exit code: 0 all passed, 1 some failed, 3 usage. Null if the arguments ask for something else.</summary>
    public static int? TryRun(string[] args)
    {
        if (args is not ["conformance", ..])
            return null;
        if (args is [_, var suite] && Suites.TryGetValue(suite, out var print))
            return print(Console.Out);
        Console.Error.WriteLine($"usage: conformance {string.Join('|', Suites.Keys)}");
        return 3;
    }
}
