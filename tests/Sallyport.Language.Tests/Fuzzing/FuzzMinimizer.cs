using System.Diagnostics;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>Makes a failing input smaller: cuts pieces out while what is left still fails.</summary>
internal static class FuzzMinimizer
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    internal static FuzzInput Minimize(FuzzInput input, Func<FuzzTarget> target)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var program = Cut(input.Program, text => Fails(input with { Program = text }));
        return new FuzzInput(program, Cut(input.Data, text => Fails(new FuzzInput(program, text))));

        bool Fails(FuzzInput candidate)
        {
            if (Stopwatch.GetElapsedTime(startedAt) > Most) return false;
            try
            {
                target().Examine(candidate);
                return false;
            }
            catch (FormatException)
            {
                // The cut destroyed the frame of the input, not the code under test.
                return false;
            }
            catch (Exception)
            {
                return true;
            }
        }
    }

    private static string Cut(string text, Func<string, bool> fails)
    {
        for (var size = text.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= text.Length;)
            {
                var shorter = text.Remove(at, size);
                if (fails(shorter)) text = shorter;
                else at += size;
            }
        }

        return text;
    }
}
