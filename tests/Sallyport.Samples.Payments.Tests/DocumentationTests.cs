using Sallyport.Samples.Payments.Faults;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class DocumentationTests
{
    private readonly string _readme = Repository.Read("workflows/refund/payments/README.md");

    [Fact]
    public void Readme_OfTheFolder_NamesEveryProblemCode() =>
        Assert.All(ProblemKind.All, kind => Assert.Contains($"`{kind.Code}`", _readme));

    [Fact]
    public void Readme_OfTheFolder_HasARowForEveryFaultMode() =>
        Assert.All(Enum.GetValues<FaultMode>(), mode => Assert.Contains($"| `{FaultRule.NameOf(mode)}` |", _readme));
}
