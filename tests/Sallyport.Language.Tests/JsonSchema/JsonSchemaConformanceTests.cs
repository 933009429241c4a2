namespace Sallyport.Language.Tests.JsonSchema;

public sealed class JsonSchemaConformanceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files()
    {
        var suite = JsonSchemaConformance.FindSuite(out _);
        // One row keeps the skip visible where there is no suite.
        return suite is null ? new TheoryData<string>("(no suite)") : new TheoryData<string>(JsonSchemaConformance.Files(suite));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void SuiteFile_EveryTest_HasTheExpectedVerdict(string file)
    {
        var suite = JsonSchemaConformance.FindSuite(out var reason);
        Assert.SkipWhen(suite is null, reason);

        var results = JsonSchemaConformance.RunFile(suite!, file);

        foreach (var result in results.Where(r => r.Outcome == JsonSchemaConformance.Outcome.Skipped)) output.WriteLine(result.ToString());
        Assert.Empty(results.Where(r => r.Outcome == JsonSchemaConformance.Outcome.Failed).Select(r => r.ToString()));
    }
}
