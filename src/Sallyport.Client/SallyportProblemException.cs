using Sallyport.Contracts.Errors;

namespace Sallyport.Client;

/// <summary>The server answered with a problem. <see cref="Problem"/> says whether to retry and what is known about the effect.</summary>
public sealed class SallyportProblemException(Problem problem) : Exception($"{problem.Code}: {problem.Detail ?? problem.Title}")
{
    /// <summary>The problem document.</summary>
    public Problem Problem { get; } = problem;
}
