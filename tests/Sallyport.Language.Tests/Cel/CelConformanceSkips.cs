using System.Text.RegularExpressions;

namespace Sallyport.Language.Tests.Cel;

/// <summary>What the suite asks for and this implementation does not offer, with the reason.</summary>
internal static partial class CelConformanceSkips
{
    private const string Messages = "needs protobuf messages or enums; our data is JSON";

    private static readonly Dictionary<string, string> Extensions = new()
    {
        ["ext:network"] = "the network extension is not offered",
        ["ext:cel.block"] = "cel.block is written by optimizers, not by people",
    };

    /// <summary>The reason; null if the test runs.</summary>
    public static string? ReasonFor(CelConformanceTest test)
    {
        foreach (var tag in test.Tags)
        {
            if (Extensions.TryGetValue(tag, out var reason))
                return reason;
        }

        return test.Tags.Contains("proto") && NeedsMessages(test) ? Messages : null;
    }

    /// <summary>Some tests carry the tag only for the names of timestamps and durations; those run.</summary>
    private static bool NeedsMessages(CelConformanceTest test) =>
        MessageName().IsMatch(test.Expression) || test.Container.StartsWith("cel.expr.conformance", StringComparison.Ordinal) ||
        MessageName().IsMatch(test.Json.GetRawText());

    [GeneratedRegex(@"TestAllTypes|cel\.expr\.conformance|google\.protobuf\.(?!Timestamp\b|Duration\b)\w+|\b[A-Z]\w*\s*\{", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MessageName();
}
