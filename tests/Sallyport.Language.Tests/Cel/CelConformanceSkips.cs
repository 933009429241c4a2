namespace Sallyport.Language.Tests.Cel;

/// <summary>What the suite asks for and this implementation does not offer, with the reason.</summary>
internal static class CelConformanceSkips
{
    private const string Messages = "needs protobuf messages or enums; our data is JSON";

    private static readonly Dictionary<string, string> Extensions = new()
    {
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

        return test.Tags.Contains("proto") && !IsTimeOnly(test) ? Messages : null;
    }

    /// <summary>The tests of time carry the tag for the names of the two well-known types only; they run.</summary>
    private static bool IsTimeOnly(CelConformanceTest test) => test.File == "timestamps";
}
