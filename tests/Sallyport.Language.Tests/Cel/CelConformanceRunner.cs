using System.Text.Json;
using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Runs one test of the suite.</summary>
internal static class CelConformanceRunner
{
    /// <summary>What went wrong; null if the test passed. What the runner itself cannot read is a failure of that test only.</summary>
    public static string? Run(CelConformanceTest test)
    {
        try
        {
            return Compare(test);
        }
        catch (Exception error) when (error is FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return $"cannot be run: {error.Message}";
        }
    }

    private static string? Compare(CelConformanceTest test)
    {
        var environment = Environment(test);
        var compilation = environment.Compile(test.Expression);
        if (!compilation.Succeeded)
        {
            // A few tests expect an error that a type checker already gives.
            var issues = string.Join("; ", compilation.Issues);
            return test.Error is { } expectedError && IsFoundByChecker(expectedError.ToString(), issues) ? null : $"does not compile: {issues}";
        }

        var deduced = CelSpecTypes.Write(compilation.Program.ResultType);
        if (test.DeducedType is { } expectedType && deduced != expectedType)
            return $"deduced {deduced}, expected {expectedType}";
        if (test.CheckOnly)
            return null;
        var activation = Activation(environment, test);
        var result = compilation.Program.Evaluate(activation);
        compilation.Program.Prepare();
        if (compilation.Program.Evaluate(activation) is var again && !CelSpecValues.AreIdentical(result, again))
            return $"gave {result} as nodes and {again} as a delegate";
        if (test.Error is not null)
            return result.IsError ? null : $"gave {result}, expected an error";
        if (test.Value is null)
            return test.DeducedType is null ? "expects nothing that the runner knows" : null;
        var expected = CelSpecValues.Read(test.Value.Value);
        return CelSpecValues.AreIdentical(result, expected) ? null : $"gave {result.Kind} {result}, expected {expected.Kind} {expected}";
    }

    /// <summary>Our checker also compiles literal regular expressions; elsewhere a bad one fails when it is evaluated.</summary>
    private static bool IsFoundByChecker(string expected, string issues) =>
        issues.Contains("invalid regular expression", StringComparison.Ordinal) ||
        expected.Contains("found no matching overload", StringComparison.Ordinal) ||
        expected.Contains("unsupported key type", StringComparison.Ordinal);

    private static CelEnvironment Environment(CelConformanceTest test)
    {
        var variables = new List<CelVariable>();
        var functions = new List<CelFunction>();
        foreach (var declaration in test.Declarations)
        {
            var name = declaration.GetProperty("name").GetString()!;
            if (declaration.TryGetProperty("type", out var type))
                variables.Add(new(name, CelSpecTypes.Parse(type.GetString()!)));
            else
                functions.AddRange(declaration.GetProperty("overloads").EnumerateArray().Select(o => Function(name, o)));
        }

        var options = new CelOptions
        {
            Container = test.Container, TypeCheck = !test.DisableCheck, Functions = [.. functions], HasBlocks = true,
        };
        return CelEnvironment.Create(variables, options);
    }

    private static CelFunction Function(string name, JsonElement overload) => new(
        name,
        [.. overload.GetProperty("params").EnumerateArray().Select(p => CelSpecTypes.Parse(p.GetString()!))],
        CelSpecTypes.Parse(overload.GetProperty("result").GetString()!),
        overload.TryGetProperty("receiver", out var isReceiver) && isReceiver.GetBoolean());

    private static CelActivation Activation(CelEnvironment environment, CelConformanceTest test)
    {
        var activation = environment.NewActivation();
        foreach (var binding in test.Bindings.Where(b => environment.Variables.Any(v => v.Name == b.Name)))
            activation.Set(binding.Name, CelSpecValues.Read(binding.Value));
        return activation;
    }
}
