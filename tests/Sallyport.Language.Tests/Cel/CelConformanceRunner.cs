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
        var expectsError = test.Expected.TryGetProperty("error", out var errors);
        if (!compilation.Succeeded)
        {
            var issues = string.Join("; ", compilation.Issues);

            // A few tests expect an error that a type checker already gives.
            return expectsError && IsFoundByChecker(errors, issues) ? null : $"does not compile: {issues}";
        }

        var deduced = CelSpecTypes.Write(compilation.Program.ResultType);
        if (test.Expected.TryGetProperty("deduced_type", out var expectedType) && deduced != expectedType.GetString())
            return $"deduced {deduced}, expected {expectedType.GetString()}";
        if (test.CheckOnly || !test.HasResult)
            return expectedType.ValueKind == JsonValueKind.String ? null : "expects nothing that the runner knows";
        var result = compilation.Program.Evaluate(Activation(environment, test));
        if (expectsError)
            return result.IsError ? null : $"gave {result}, expected an error";
        var expected = CelSpecValues.Read(test.Expected.GetProperty("value"));
        return CelSpecValues.AreIdentical(result, expected) ? null : $"gave {result.Kind} {result}, expected {expected.Kind} {expected}";
    }

    /// <summary>Our checker also compiles literal regular expressions; elsewhere a bad one fails when it is evaluated.</summary>
    private static bool IsFoundByChecker(JsonElement expected, string issues) =>
        issues.Contains("invalid regular expression", StringComparison.Ordinal) ||
        expected.EnumerateArray().Any(e => e.GetString() is { } text &&
            (text.Contains("found no matching overload", StringComparison.Ordinal) || text.Contains("unsupported key type", StringComparison.Ordinal)));

    private static CelEnvironment Environment(CelConformanceTest test)
    {
        var variables = new List<CelVariable>();
        var functions = new List<CelFunction>();
        if (test.Json.TryGetProperty("type_env", out var declarations))
        {
            foreach (var declaration in declarations.EnumerateArray())
            {
                var name = declaration.GetProperty("name").GetString()!;
                if (declaration.TryGetProperty("type", out var type))
                    variables.Add(new(name, CelSpecTypes.Parse(type.GetString()!)));
                else
                    functions.AddRange(declaration.GetProperty("overloads").EnumerateArray().Select(o => Function(name, o)));
            }
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
        overload.GetProperty("receiver").GetBoolean());

    private static CelActivation Activation(CelEnvironment environment, CelConformanceTest test)
    {
        var activation = environment.NewActivation();
        if (!test.Json.TryGetProperty("bindings", out var bindings))
            return activation;
        foreach (var binding in bindings.EnumerateObject().Where(b => environment.Variables.Any(v => v.Name == b.Name)))
            activation.Set(binding.Name, CelSpecValues.Read(binding.Value));
        return activation;
    }
}
