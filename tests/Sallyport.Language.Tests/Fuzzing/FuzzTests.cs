namespace Sallyport.Language.Tests.Fuzzing;

public sealed class FuzzTests(ITestOutputHelper output)
{
    private const ulong Seed = 20_261_128;

    [Theory]
    [InlineData("cel")]
    [InlineData("json-schema")]
    public void RandomInputs_FiftyThousand_BreakNoPromise(string target)
    {
        var run = new FuzzRun(FuzzTarget.All[target], Seed, 50_000);

        var failure = run.Run();

        Assert.True(failure is null, $"seed {Seed}, input {failure?.Number}: {failure?.Reason}\n{FuzzCommand.Escape(failure?.Input.Program)}\n{FuzzCommand.Escape(failure?.Input.Data)}");
        output.WriteLine($"seed {Seed}: {run.Count(FuzzReach.Refused)} refused, {run.Count(FuzzReach.Ran)} ran, {run.Count(FuzzReach.Succeeded)} succeeded");
        Assert.Equal(50_000UL, run.Done);
        Assert.True(run.Count(FuzzReach.Succeeded) > 2_500, "too few inputs got to the end to test anything");
    }

    [Theory]
    [InlineData("cel")]
    [InlineData("json-schema")]
    public void Input_SameSeedAndNumber_IsTheSameInAnyOrder(string target)
    {
        var (forward, backward) = (FuzzTarget.All[target](), FuzzTarget.All[target]());
        var first = Enumerable.Range(0, 200).Select(number => forward.Create(Seed, (ulong)number)).ToArray();

        var second = Enumerable.Range(0, 200).Reverse().Select(number => backward.Create(Seed, (ulong)number)).Reverse().ToArray();

        Assert.Equal(first, second);
        Assert.True(first.Distinct().Count() > 150);
    }

    [Fact]
    public void Failure_Found_IsReportedWithTheSmallestInputThatStillFails()
    {
        var failure = new FuzzRun(() => new FailingTarget(), Seed, 100_000).Run();

        Assert.NotNull(failure);
        Assert.Equal("#", FuzzMinimizer.Minimize(failure.Input, () => new FailingTarget()).Program);
    }

    /// <summary>Cannot bear a number sign.</summary>
    private sealed class FailingTarget : FuzzTarget
    {
        private readonly FuzzRandom _random = new();

        internal override FuzzInput Create(ulong seed, ulong number)
        {
            _random.Reset(seed, number);
            return new FuzzInput(new FuzzText(_random).Units(60), "");
        }

        internal override FuzzReach Examine(FuzzInput input)
        {
            BrokenPromiseException.Unless(!input.Program.Contains('#'), "a number sign");
            return FuzzReach.Succeeded;
        }
    }
}
