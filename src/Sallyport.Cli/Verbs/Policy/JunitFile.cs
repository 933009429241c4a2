using System.Globalization;
using System.Xml.Linq;
using Sallyport.Policy;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>Test results in the XML that build servers read.</summary>
internal static class JunitFile
{
    internal static void Write(FileInfo file, string workflow, PolicyTestReport report)
    {
        var failed = report.Results.Count(result => !result.Passed);
        var suite = new XElement("testsuite",
            new XAttribute("name", "policy " + workflow),
            new XAttribute("tests", report.Results.Count.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("failures", failed.ToString(CultureInfo.InvariantCulture)),
            report.Results.Select(result => new XElement("testcase",
                new XAttribute("classname", $"{workflow}.{result.Test.Tool}"), new XAttribute("name", result.Test.Name),
                new XAttribute("file", result.Test.Place.File), new XAttribute("line", result.Test.Place.Line.ToString(CultureInfo.InvariantCulture)),
                result.Passed ? null : new XElement("failure", new XAttribute("message", result.Failures[0]), string.Join("\n", result.Failures)))));
        file.Directory?.Create();
        new XDocument(new XElement("testsuites", suite)).Save(file.FullName);
    }
}
