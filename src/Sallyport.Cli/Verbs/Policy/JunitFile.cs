using System.Globalization;
using System.Xml.Linq;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>One result for a build server.</summary>
/// <param name="Group">What it belongs to, for example <c>refund.issue_refund</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Failures">Why it failed; empty if it did not.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">1-based line; 0 where it stands nowhere.</param>
internal sealed record JunitCase(string Group, string Name, IReadOnlyList<string> Failures, string? File = null, int Line = 0);

/// <summary>Results in the XML that build servers read.</summary>
internal static class JunitFile
{
    internal static void Write(FileInfo file, string suite, IReadOnlyList<JunitCase> cases)
    {
        var root = new XElement("testsuite",
            new XAttribute("name", suite), new XAttribute("tests", Number(cases.Count)), new XAttribute("failures", Number(cases.Count(one => one.Failures.Count > 0))),
            cases.Select(one => new XElement("testcase",
                new XAttribute("classname", one.Group), new XAttribute("name", one.Name),
                one.File is null ? null : new XAttribute("file", one.File), one.Line == 0 ? null : new XAttribute("line", Number(one.Line)),
                one.Failures.Count == 0 ? null : new XElement("failure", new XAttribute("message", one.Failures[0]), string.Join("\n", one.Failures)))));
        file.Directory?.Create();
        new XDocument(new XElement("testsuites", root)).Save(file.FullName);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
