using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Tests.Workflows;

/// <summary>What a contract declares about its system of record, and what follows from it.</summary>
public sealed class WaysOutContractTests
{
    private const string Promises = "  idempotent_for: P30D\n  fence: { put: \"/fences/${action.id}\", body: { minimum_attempt: \"${action.attempt + 1}\" } }\n";

    [Theory]
    [InlineData("", ConnectorClass.Plain)]
    [InlineData("  max_in_flight: PT1M\n", ConnectorClass.Plain)]
    [InlineData("  idempotent_for: P1D\n", ConnectorClass.Idempotent)]
    [InlineData("  idempotent_for: P1D\n  revoke: { delete: \"/keys/${action.id}\" }\n", ConnectorClass.Revocable)]
    [InlineData(Promises, ConnectorClass.Fenced)]
    public void Class_IsTheStrongestPromise(string promises, ConnectorClass expected) => Assert.Equal(expected, Effect(promises).Class);

    [Fact]
    public void Resend_EndsWhileACopySentAtTheLastMomentStillArrivesInTime()
    {
        var first = DateTimeOffset.UnixEpoch;

        Assert.Equal(first + TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(10) - TimeSpan.FromMinutes(5), Effect("  idempotent_for: PT30M\n  max_in_flight: PT5M\n").ResendUntil(first));
        Assert.Equal(first + TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(10) - TimeSpan.FromMinutes(16), Effect("  idempotent_for: PT30M\n").ResendUntil(first));
        Assert.Null(Effect("").ResendUntil(first));
    }

    [Theory]
    [InlineData("max_in_flight: PT1M")]
    [InlineData("fence: { put: \"/fences/1\" }")]
    [InlineData("revoke: { delete: \"/keys/1\" }")]
    public void Compile_APromiseWithoutAProbe_IsAFault(string promise)
    {
        var texts = RefundBundle.With("tools/issue-refund.yaml", Promises, $"  {promise}\n").Texts.ToDictionary();
        var text = texts["tools/issue-refund.yaml"];
        var (from, to) = (text.IndexOf("  probe:\n", StringComparison.Ordinal), text.IndexOf("\ndiff:", StringComparison.Ordinal));
        texts["tools/issue-refund.yaml"] = text[..from] + text[to..];

        Assert.Contains(BundleCompiler.Compile(new BundleFiles(texts)).Faults, fault => fault.Message.Contains("Without a probe nothing can be concluded", StringComparison.Ordinal));
    }

    private static EffectSpec Effect(string promises) =>
        BundleCompiler.Compile(RefundBundle.With("tools/issue-refund.yaml", Promises, promises)).Release!.Tools["issue_refund"].Effect!;
}
