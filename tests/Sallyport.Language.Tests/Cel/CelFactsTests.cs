using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>
/// Facts from the language definition and the documentation of the extensions, one per line in Facts/*.txt:
/// <c>expression ==> value</c>, where the value is written as diagnostics show it, or <c>error</c>. A leading <c>~</c> turns type checking
/// off, and <c>\N</c> stands for a line break.
/// </summary>
public sealed class CelFactsTests
{
    private const string Arrow = " ==> ";

    private static readonly CelVariable[] Variables = [new("x", CelType.Dyn)];

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Cel", "Facts");

    [Theory]
    [MemberData(nameof(Files))]
    public void Expression_OfTheDocumentation_Gives(string file)
    {
        var facts = File.ReadAllLines(Path.Combine(Folder, file + ".txt"));
        var wrong = facts.Select(Check).Where(problem => problem is not null).ToList();
        Assert.NotEmpty(facts);
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>What deviates; null if the fact holds.</summary>
    private static string? Check(string fact)
    {
        var arrow = fact.LastIndexOf(Arrow, StringComparison.Ordinal);
        var (source, expected) = (fact[..arrow].Replace("\\N", "\n"), fact[(arrow + Arrow.Length)..]);
        var isChecked = source is not ['~', ..];
        var environment = CelEnvironment.Create(Variables, new CelOptions { TypeCheck = isChecked });
        var compilation = environment.Compile(isChecked ? source : source[1..]);
        var result = compilation.Program?.Evaluate(environment.NewActivation());
        var shown = result is { IsError: false } value ? value.ToString() : "error";
        return shown == expected ? null : $"{fact}: gave {result?.ToString() ?? string.Join("; ", compilation.Issues)}";
    }
}
