namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>One input: a program and the data it runs on, as text.</summary>
/// <param name="Program">A CEL source, or a JSON Schema.</param>
/// <param name="Data">What it is applied to.</param>
internal readonly record struct FuzzInput(string Program, string Data);

/// <summary>What is fuzzed. One object belongs to one thread.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The targets by the names that the command line takes.</summary>
    internal static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["cel"] = () => new CelFuzzTarget(),
        ["json-schema"] = () => new SchemaFuzzTarget(),
    };

    /// <summary>Makes an input; it depends on nothing but the seed and the number.</summary>
    internal abstract FuzzInput Create(ulong seed, ulong number);

    /// <summary>Runs the input. An exception says that a promise was broken.</summary>
    /// <returns>How far the input got.</returns>
    internal abstract FuzzReach Examine(FuzzInput input);
}

/// <summary>How far an input got. A generator whose inputs all stop at the parser would test nothing else.</summary>
internal enum FuzzReach
{
    /// <summary>It was refused before it could run.</summary>
    Refused,

    /// <summary>It ran and ended in an error or an invalid verdict.</summary>
    Ran,

    /// <summary>It ran and ended well.</summary>
    Succeeded,
}

/// <summary>A promise that was broken without an exception of its own.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message)
{
    internal static void Unless(bool holds, string message)
    {
        if (!holds) throw new BrokenPromiseException(message);
    }
}
