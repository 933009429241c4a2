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

    [Fact]
    public void Runner_SuiteItNeverSaw_CountsEveryTestAndNamesEachFailure()
    {
        var suite = Directory.CreateTempSubdirectory("sallyport-suite-");
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(suite.FullName, "draft2020-12", "optional", "proposals"));
            File.WriteAllText(Path.Combine(folder.FullName, "new.json"), """
                [{"description":"a","comment":"x","specification":[{"core":"8.2"}],"schema":{"type":"null"},"x":1,
                  "tests":[{"description":"fits","comment":"y","data":null,"valid":true},{"description":"wrong","data":null,"valid":false}]}]
                """);
            File.WriteAllText(Path.Combine(folder.FullName, "shapeless.json"), """[{"schema":true},{"schema":true,"tests":[{"data":1}]},{"tests":[5]}]""");
            File.WriteAllText(Path.Combine(folder.FullName, "cut.json"), "[{");
            var report = new StringWriter();

            var code = JsonSchemaConformance.Run(report, suite.FullName);

            Assert.Equal(1, code);
            Assert.Contains("failed: optional/proposals/new.json: a / wrong (expected invalid", report.ToString(), StringComparison.Ordinal);
            Assert.Contains("failed: optional/proposals/shapeless.json", report.ToString(), StringComparison.Ordinal);
            Assert.Contains("failed: optional/proposals/cut.json", report.ToString(), StringComparison.Ordinal);
            Assert.EndsWith("json-schema: 1 passed, 5 failed, 0 skipped" + Environment.NewLine, report.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            suite.Delete(recursive: true);
        }
    }
}
