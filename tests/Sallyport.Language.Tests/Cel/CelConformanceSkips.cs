namespace Sallyport.Language.Tests.Cel;

/// <summary>What the suite asks for and this implementation does not offer, with the reason.</summary>
internal static class CelConformanceSkips
{
    private const string Messages = "needs protobuf messages or enums; our data is JSON";

    /// <summary>The reason; null if the test runs.</summary>
    public static string? ReasonFor(CelConformanceTest test) =>
        test.Tags.Contains("proto") && !IsTimeOnly(test) ? Messages : null;

    /// <summary>The tests of time carry the tag for the names of the two well-known types only; they run.</summary>
    private static bool IsTimeOnly(CelConformanceTest test) => test.File == "timestamps";
}
